/** Two calendars in a service in memory, and requests to the app over it. */
import { ANNA } from "../../local/graph/testBed.js";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import { anyone } from "../../shared/http/caller.js";
import type { Service } from "../service.js";
import { type Answered, callFunction, registeredFunctions } from "./app.js";
import { openMemoryRuntime } from "./memoryRuntime.js";

export const NOW = "2026-12-01T12:00:00Z";
export const DAY = { start: "2026-12-02T00:00:00Z", end: "2026-12-03T00:00:00Z" };
export const BEN = "ben@contoso.com";
export const NOBODY = "a".repeat(26);

export interface Team {
  readonly service: Service;
  readonly anna: CalendarId;
  readonly ben: CalendarId;
  /** Asks for ANNA's DAY, or what `more` says instead. */
  readonly availability: (more: object) => Promise<Answered>;
  /** The first calendar of that answer. */
  readonly firstOf: (more: object) => Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** ANNA is busy from 9 to 10 and works elsewhere at noon; BEN is away all day. The caller is "default", with all roles. */
export async function openTeam(): Promise<Team> {
  const service = openMemoryRuntime(anyone);
  const { outlook } = service.sim;
  for (const address of [ANNA, BEN]) outlook.addMailbox({ address, timeZone: "UTC" });
  outlook.addEvent(ANNA, "primary", { start: "2026-12-02T09:00:00Z", end: "2026-12-02T10:00:00Z" });
  const noon = { start: "2026-12-02T12:00:00Z", end: "2026-12-02T12:30:00Z" };
  outlook.addEvent(ANNA, "primary", { ...noon, showAs: "workingElsewhere" });
  outlook.addEvent(BEN, "primary", { start: "2026-12-02", end: "2026-12-03", isAllDay: true, showAs: "oof" });
  const watched = (address: string) => service.watched(address, undefined, "default");
  const [anna, ben] = [await watched(ANNA), await watched(BEN)];
  const availability = (more: object) => post("availability", { calendars: [anna], ...DAY, ...more });
  const firstOf = async (more: object) =>
    ((await availability(more)).body as { readonly calendars: readonly Record<string, unknown>[] }).calendars[0];
  return { service, anna, ben, availability, firstOf };
}

const functions = await registeredFunctions();
export const get = (path: string, headers = {}) => callFunction(functions, "GET", path, { headers });
export const post = (path: string, body?: unknown, headers = {}) =>
  callFunction(functions, "POST", path, { headers, ...(body !== undefined && { raw: JSON.stringify(body) }) });
export const postText = (path: string, raw: string) => callFunction(functions, "POST", path, { raw });
