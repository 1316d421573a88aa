/** Who may ask at the doors for other people's clients, and what they are told: as the app registers them. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import { StorageUnavailable } from "../../shared/domain/ports.js";
import { anyone, bearer } from "../../shared/http/caller.js";
import { type Answered, callFunction, registeredFunctions, type Sent } from "../http/app.js";
import { openMemoryRuntime } from "../http/memoryRuntime.js";
import type { Service } from "../service.js";
import { RANGE, SCHEDULE, USER, VIEW } from "./graphRequests.js";

const functions = await registeredFunctions();
const GOOGLE = { timeMin: "2026-12-02T00:00:00Z", timeMax: "2026-12-03T00:00:00Z", items: [{ id: ANNA }] };
const READ = "Availability.Read";

/** ANNA's calendar, busy from 9 to 10, is watched by "ours". A token is an app and its roles; "expired" is no good. */
async function open(authenticate = byRoles): Promise<{ readonly service: Service; readonly id: CalendarId }> {
  const service = openMemoryRuntime(authenticate);
  service.sim.outlook.addMailbox({ address: ANNA, timeZone: "UTC" });
  service.sim.outlook.addEvent(ANNA, "primary", { start: "2026-12-02T09:00:00Z", end: "2026-12-02T10:00:00Z" });
  return { service, id: await service.watched(ANNA, undefined, authenticate === anyone ? "default" : "ours") };
}
const byRoles = bearer(async (token) => {
  const [app = "", ...roles] = token.split(",");
  return token === "expired" ? { kind: "invalid", detail: "ERR_JWT_EXPIRED" } : { kind: "valid", app, roles };
});

/** The four requests at the three doors. */
const requests = (
  id: CalendarId,
): Readonly<Record<string, readonly [method: string, path: string, body?: object]>> => ({
  view: ["GET", `graph/v1.0/${VIEW}`],
  schedule: ["POST", `graph/v1.0/${USER}/calendar/getSchedule`, SCHEDULE],
  google: ["POST", "google/calendar/v3/freeBusy", GOOGLE],
  file: ["GET", `calendars/${id}/freebusy.ics`],
});

async function ask(id: CalendarId, what: string, token?: string, headers: Sent["headers"] = {}): Promise<Answered> {
  const [method, path, body] = requests(id)[what] ?? ["", ""];
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return callFunction(functions, method, path, {
    headers: { ...headers, ...authorization },
    ...(body && { raw: JSON.stringify(body) }),
  });
}
const askAll = async (id: CalendarId, token?: string) => {
  const [view, schedule, google, file] = await Promise.all(Object.keys(requests(id)).map((one) => ask(id, one, token)));
  return { view, schedule, google, file };
};

let id: CalendarId;
let service: Service;
beforeEach(async () => {
  ({ id, service } = await open());
});

/** Graph's, Google's and this app's own shape of an error. */
const refusedWith = (status: number, graph: string, google: string, own: string) => ({
  ...{ view: { status, body: { error: { code: graph, innerError: expect.anything() } } } },
  ...{ schedule: { status, body: { error: { code: graph, innerError: expect.anything() } } } },
  ...{ google: { status, body: { error: { code: status, errors: [{ domain: "global", reason: google }] } } } },
  ...{ file: { status, body: { status, code: own } } },
});

describe("AUTH=entra", () => {
  test.each([
    ["no token", undefined, ""],
    ["a token that has expired", "expired", ', error="invalid_token"'],
  ])("A8, A10: with %s each door is 401 in its own words, with the challenge", async (_, token, more) => {
    const told = await askAll(id, token);
    expect(told).toMatchObject(refusedWith(401, "InvalidAuthenticationToken", "authError", "unauthenticated"));
    for (const answer of Object.values(told))
      expect(answer?.headers.get("www-authenticate")).toBe(`Bearer realm="outlook-availability"${more}`);
  });

  test("A8, A10: without the role each door is 403 in its own words, and names it", async () => {
    const told = await askAll(id, "ours,Calendars.Manage");
    expect(told).toMatchObject(refusedWith(403, "Authorization_RequestDenied", "insufficientPermissions", "forbidden"));
    for (const answer of Object.values(told)) {
      expect(answer?.headers.get("www-authenticate")).toContain(
        'error="insufficient_scope", scope="Availability.Read"',
      );
      expect(answer?.text).toContain("lacks the role Availability.Read");
    }
  });

  test("A6, A10: a consumer sees its own, who may read everything sees it too, nobody else does", async () => {
    for (const token of [`ours,${READ}`, "auditor,Availability.Read.All"]) {
      const { view, schedule, google, file } = await askAll(id, token);
      expect(view?.body).toMatchObject({ value: [{ showAs: "busy" }] });
      expect(schedule?.body).toMatchObject({ value: [{ scheduleItems: [{ status: "busy" }] }] });
      expect(google?.body).toMatchObject({ calendars: { [ANNA]: { busy: [{ start: "2026-12-02T09:00:00Z" }] } } });
      expect(file?.text).toContain("FREEBUSY;FBTYPE=BUSY:20261202T090000Z/20261202T100000Z");
    }
    const { view, schedule, google, file } = await askAll(id, `theirs,${READ}`);
    expect(view).toMatchObject({ status: 404, body: { error: { code: "ErrorItemNotFound" } } });
    expect(schedule?.body).toMatchObject({ value: [{ error: { responseCode: "ErrorMailRecipientNotFound" } }] });
    expect(google?.body).toMatchObject({ calendars: { [ANNA]: { errors: [{ reason: "notFound" }] } } });
    expect(file).toMatchObject({ status: 404, body: { code: "notFound" } });
    for (const answer of [view, schedule, google, file]) expect(answer?.text).not.toMatch(/20261202|T09:00/);
  });

  test("A8, A10: without storage each door is 503 in its own words, and says when to come back", async () => {
    service.store.read = () => Promise.reject(new StorageUnavailable("table storage: no answer"));
    const told = await askAll(id, `ours,${READ}`);
    const transient = "ErrorInternalServerTransientError";
    expect(told).toMatchObject(refusedWith(503, transient, "backendError", "storageUnavailable"));
    for (const answer of Object.values(told)) expect(answer?.headers.get("retry-after")).toBe("5");
  });
});

describe("AUTH=key", () => {
  test("A10: whoever the platform lets in is one consumer, who may read everything that is watched", async () => {
    const opened = await open(anyone);
    await opened.service.watched("ben@contoso.com", undefined, "who came by a token before");
    for (const answer of Object.values(await askAll(opened.id))) expect(answer?.status).toBe(200);
    const path = (name: string) => `graph/v1.0/${VIEW.replace(encodeURIComponent(ANNA), name)}`;
    expect((await callFunction(functions, "GET", path("ben%40contoso.com"))).status).toBe(200);
    expect((await callFunction(functions, "GET", path("nobody%40contoso.com"))).status).toBe(404);
  });
});

/** What a header may carry at all. */
const headers = fc.dictionary(
  fc.constantFrom("prefer", "if-none-match", "content-type", "content-encoding", "x-forwarded-host", "accept"),
  fc.oneof(
    fc.constantFrom('outlook.timezone="', "outlook.timezone=,", "outlook.timezone=__proto__", "gzip", "*", '"', "-1"),
    fc.stringMatching(/^[\x21-\x7e\xa0-\xff]{1,60}$/),
    fc.nat(5_000).map((length) => '"a",'.repeat(length / 4)),
  ),
);
const part = fc.oneof(
  fc.constantFrom(
    "%00",
    "%2e%2e",
    "..%2f..%2fadmin",
    "%E0%A4%A",
    "%F0%9F%93%85",
    "a".repeat(5_000),
    "__proto__",
    "%20",
  ),
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
);

describe("A8: whatever is sent, it is no fault of the service", () => {
  test("in the headers of each door", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(requests(id))), headers, async (what, given) => {
        const { status, text } = await ask(id, what, `ours,${READ}`, given);
        expect([200, 304, 400], text).toContain(status);
      }),
      { numRuns: 150 },
    ));

  test("in the query of the iCalendar file", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom("start", "end", "code", "x"), part, async (name, value) => {
        const path = `calendars/${id}/freebusy.ics?${name}=${value}`;
        const answer = await callFunction(functions, "GET", path, {
          headers: { authorization: `Bearer ours,${READ}` },
        });
        expect(answer.status).toBe(name === "code" ? 200 : 400);
      }),
      { numRuns: 100 },
    ));

  test("in the names of the view's path", () =>
    fc.assert(
      fc.asyncProperty(part, part, async (user, calendar) => {
        const path = `graph/v1.0/users/${user}/calendars/${calendar}/calendarView?${RANGE}`;
        const answer = await callFunction(functions, "GET", path, {
          headers: { authorization: `Bearer ours,${READ}` },
        });
        expect([400, 404]).toContain(answer.status);
        expect(answer.body).toMatchObject({ error: { code: expect.any(String) } });
      }),
      { numRuns: 100 },
    ));
});
