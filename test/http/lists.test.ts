/** `GET /calendars`, page by page, as callers walk through it. */
import { beforeAll, describe, expect, test } from "vitest";
import { type CalendarId, calendarIdOf } from "../../shared/domain/calendarId.js";
import { watch } from "../../shared/domain/watch.js";
import { bearer } from "../../shared/http/caller.js";
import { nameOf } from "../graphBed.js";
import type { Service } from "../service.js";
import { callFunction, type Registered, registeredFunctions } from "./app.js";
import { openMemoryRuntime } from "./memoryRuntime.js";

const EACH = 230;
const PAGES_MAX = 20;
interface Page {
  readonly calendars: readonly { readonly id: CalendarId; readonly mailbox: string; readonly state: string }[];
  readonly cursor: CalendarId | null;
}

const functions: Registered[] = [];
let service: Service;
let ours: CalendarId[];
let theirs: CalendarId[];
/** Of ours: those that were read, and so are fresh. */
let read: CalendarId[];
beforeAll(async () => {
  functions.push(...(await registeredFunctions()));
  // A token is the consumer, and what it may do beside managing its own.
  service = openMemoryRuntime(
    bearer(async (token) => {
      const [app = "", ...roles] = token.split(",");
      return { kind: "valid", app, roles: ["Calendars.Manage", ...roles] };
    }),
  );
  [ours, theirs] = [await watched("ours"), await watched("theirs")];
  read = ours.slice(0, 3);
  const at = service.clock.now();
  await service.handleRefresh({ calendars: read, wake: { kind: "notified", notifiedAt: at }, cause: "watched" });
});

async function watched(consumer: string): Promise<CalendarId[]> {
  const names = Array.from({ length: EACH }, (_, index) => nameOf(`${consumer}${index}@contoso.com`));
  for (const { mailbox } of names.slice(0, 3)) service.sim.outlook.addMailbox({ address: mailbox, timeZone: "UTC" });
  await watch(
    service.deps,
    consumer,
    names.map((name) => ({ name, reference: "" })),
  );
  return names.map(calendarIdOf);
}

const page = async (token: string, query = "") => {
  const headers = { authorization: `Bearer ${token}` };
  return callFunction(functions, "GET", `calendars${query && "?"}${query}`, { headers });
};

async function walked(token: string, filter = "", between = (_page: Page): unknown => undefined): Promise<Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | null = ""; cursor !== null && pages.length < PAGES_MAX; ) {
    const { status, body } = await page(token, `${filter}${cursor && `&cursor=${cursor}`}`.replace(/^&/, ""));
    expect(status).toBe(200);
    pages.push(body as Page);
    cursor = (body as Page).cursor;
    await between(body as Page);
  }
  return pages;
}
const idsOf = (pages: readonly Page[]): CalendarId[] => pages.flatMap(({ calendars }) => calendars.map(({ id }) => id));

describe("walking through all pages", () => {
  test("A6: shows every calendar of the caller's once, and nobody else's, not even in a cursor", async () => {
    const pages = await walked("ours");
    expect(pages.length).toBeGreaterThan(1);
    expect(idsOf(pages)).toEqual(ours.toSorted());
    const foreign = [...theirs, ...theirs.map((id) => Buffer.from(id).toString("base64url"))];
    for (const { cursor } of pages) expect(foreign.filter((id) => cursor?.includes(id.slice(0, 12)))).toEqual([]);
  });

  test("who may read everything is shown everybody's", async () => {
    expect(idsOf(await walked("auditor,Availability.Read.All"))).toEqual([...ours, ...theirs].sort());
  });

  test("a state leaves out all in other states, on every page", async () => {
    expect(idsOf(await walked("ours", "state=fresh"))).toEqual(read.toSorted());
    expect(idsOf(await walked("ours", "state=unknown"))).toEqual(ours.filter((id) => !read.includes(id)).sort());
    expect(idsOf(await walked("ours", "state=stale"))).toEqual([]);
  });

  test("goes on past calendars that are gone since, also past the very one that a page ended at", async () => {
    const [first = undefined] = await walked("auditor,Availability.Read.All");
    const last = first?.calendars.at(-1);
    const pages = await walked("auditor,Availability.Read.All", "", async () => {
      const stored = last && (await service.store.read(last.id));
      if (last !== undefined && stored !== undefined) await service.store.remove(last.id, stored.etag);
    });
    expect(idsOf(pages)).toEqual([...ours, ...theirs].sort());
    const rest = [...ours, ...theirs].filter((id) => id !== last?.id).sort();
    expect(idsOf(await walked("auditor,Availability.Read.All"))).toEqual(rest);
  });
});

describe("a cursor", () => {
  test("A6, A8: of another consumer, changed in any place, cut or made up is refused, and says nothing", async () => {
    const cursor = ((await page("theirs")).body as Page).cursor ?? "";
    expect((await page("theirs", `cursor=${cursor}`)).status).toBe(200);
    const changed = [...cursor].map(
      (letter, at) => cursor.slice(0, at) + (letter === "A" ? "B" : "A") + cursor.slice(at + 1),
    );
    const bad = [
      ...changed,
      `${cursor}x`,
      `${cursor}=`,
      cursor.slice(4),
      cursor.slice(0, -4),
      `${cursor}AAAA`,
      ours[0],
      "",
      "x".repeat(500),
    ];
    const answers = [await page("ours", `cursor=${cursor}`)];
    for (const one of bad) answers.push(await page("theirs", `cursor=${one}`));
    for (const { status, body } of answers)
      expect([status, body]).toMatchObject([400, { code: "invalidRequest", errors: [{ pointer: "/cursor" }] }]);
  });
});
