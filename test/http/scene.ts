/** One small service in memory at a fixed time, and the real answers that the document shows. */
import { ANNA } from "../../local/graph/testBed.js";
import { type CalendarId, calendarIdOf } from "../../shared/domain/calendarId.js";
import { StorageUnavailable } from "../../shared/domain/ports.js";
import { bearer } from "../../shared/http/caller.js";
import type { Examples } from "../../shared/http/openapi/document.js";
import { nameOf } from "../graphBed.js";
import type { Service } from "../service.js";
import { type Answered, callFunction, type Registered } from "./app.js";
import { openMemoryRuntime } from "./memoryRuntime.js";

const STRANGER = "nobody@contoso.com";
const DAY = { start: "2026-12-02T00:00:00Z", end: "2026-12-03T00:00:00Z" };
const TOKEN = { authorization: "Bearer Availability.Read,Calendars.Manage" };

export interface Scene {
  readonly service: Service;
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answered>;
}

/** A mailbox with two meetings on 2 December 2026; nobody watches it yet. A token is the list of its roles. */
export function openScene(functions: readonly Registered[]): Scene {
  const service = openMemoryRuntime(
    bearer(async (token) => {
      if (token === "expired") return { kind: "invalid", detail: "ERR_JWT_EXPIRED" };
      if (token === "newKey") return { kind: "unchecked" };
      return { kind: "valid", app: "booking", roles: token.split(",") };
    }),
  );
  const { outlook } = service.sim;
  outlook.addMailbox({ address: ANNA, timeZone: "W. Europe Standard Time" });
  const meeting = (start: string, end: string, showAs: "busy" | "tentative" = "busy") =>
    outlook.addEvent(ANNA, "primary", {
      start: `2026-12-02T${start}`,
      end: `2026-12-02T${end}`,
      timeZone: "UTC",
      showAs,
    });
  meeting("08:30", "09:15");
  meeting("13:00", "14:00", "tentative");
  const call: Scene["call"] = (method, path, body, headers = TOKEN) =>
    callFunction(functions, method, path, { headers, ...(body !== undefined && { raw: JSON.stringify(body) }) });
  return { service, call };
}

/** What every operation of the document answers in this scene, and every problem that one can get into. */
export async function realExamples(functions: readonly Registered[]): Promise<Examples> {
  const scene = openScene(functions);
  const operations: Record<string, { request?: unknown; answers: Record<string, unknown> }> = {};
  const show = async (id: string, method: string, path: string, request?: unknown) => {
    const { status, body } = await scene.call(method, path, request);
    operations[id] = { ...(request !== undefined && { request }), answers: { [status]: body } };
  };
  const anna = calendarIdOf(nameOf(ANNA));
  await show("watch", "POST", "watch", {
    calendars: [{ mailbox: ANNA, timeZone: "Europe/Berlin", reference: "team 7" }],
  });
  await scene.service.work();
  await show("readAvailability", "POST", "availability", {
    calendars: [anna, { mailbox: STRANGER }],
    ...DAY,
    detail: true,
    combine: "any",
  });
  const query = new URLSearchParams({ id: anna, ...DAY, viewIntervalMinutes: "60" });
  await show("getAvailability", "GET", `availability?${query}`);
  await show("findSlots", "POST", "slots", {
    participants: [{ calendars: [anna], required: "all" }],
    ...DAY,
    durationMinutes: 60,
    timeZone: "Europe/Berlin",
    workingHours: [{ days: ["mon", "tue", "wed", "thu", "fri"], start: "09:00", end: "17:00" }],
  });
  await show("listCalendars", "GET", "calendars");
  await show("explainCalendar", "GET", `calendars/${anna}`);
  await show("refreshCalendar", "POST", `calendars/${anna}/refresh`);
  await scene.service.sweep();
  await show("status", "GET", "status");
  await show("health", "GET", "health");
  const problems = await realProblems(scene, anna);
  await show("unwatch", "POST", "unwatch", { calendars: [{ id: anna, reference: "team 7" }, { mailbox: STRANGER }] });
  return { operations, problems };
}

/** `internal` is left out: nothing that a caller does leads to it. */
async function realProblems({ service, call }: Scene, anna: CalendarId): Promise<Record<string, unknown>> {
  const request = { calendars: [anna], ...DAY };
  const found = [
    await call("POST", "availability", { calendars: [], start: "tomorrow", end: DAY.end }),
    await call("POST", "availability", request, { authorization: "Bearer expired" }),
    await call("POST", "availability", request, { authorization: "Bearer newKey" }),
    await call("GET", "calendars", undefined, { authorization: "Bearer Availability.Read" }),
    await call("GET", `calendars/${"a".repeat(26)}`),
    await call("POST", "availability", { ...request, calendars: Array(201).fill(anna) }),
  ];
  service.clock.advance(60_000);
  found.push(await call("POST", "availability", { ...request, maxAgeSeconds: 0, ifStale: "fail" }));
  const { read } = service.store;
  service.store.read = () => Promise.reject(new StorageUnavailable("table storage: no answer"));
  found.push(await call("POST", "availability", request));
  service.store.read = read;
  return Object.fromEntries(found.map(({ body }) => [(body as { code: string }).code, body]));
}
