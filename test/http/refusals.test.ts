/** What is refused, how much of a request it costs, and what the caller is told. */
import { beforeAll, expect, test, vi } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import { OPERATIONS } from "../../shared/http/openapi/operations.js";
import type { Answered } from "./app.js";
import { withoutRemedy } from "./described.js";
import { BEN, DAY, get, NOBODY, openTeam, post, postText, type Team } from "./team.js";

let team: Team;
beforeAll(async () => {
  team = await openTeam();
});

const BAD = { mailbox: "no address" };
const SLOTS = { ...DAY, durationMinutes: 60, timeZone: "UTC" };

test.each<[string, string, number, (calendars: readonly object[]) => object]>([
  ["watch", "tooManyWatches", 100, (calendars) => ({ calendars })],
  ["unwatch", "notWatched", 100, (calendars) => ({ calendars })],
  ["readAvailability", "reason", 200, (calendars) => ({ calendars, ...DAY })],
  ["findSlots", "state", 200, (calendars) => ({ participants: [{ calendars }], ...SLOTS })],
])(
  "A8: %s is refused whole for one wrong item or too many, does nothing then, and says so",
  async (id, own, max, body) => {
    const { path = "", description = "" } = OPERATIONS.find((one) => one.id === id) ?? {};
    const before = JSON.stringify(team.service.store.rows);
    const send = (calendars: readonly object[]) => post(path.slice(1), body(calendars));
    expect((await send([{ mailbox: ANNA }, BAD])).body).toMatchObject({ status: 400, errors: [{}] });
    const many = Array.from({ length: max + 1 }, (_, index) => ({ mailbox: `m${index}@contoso.com` }));
    expect((await send(many)).body).toMatchObject({ status: 413, errors: [{}] });
    expect(JSON.stringify(team.service.store.rows)).toBe(before);
    expect((await send(many.slice(1))).status).toBe(200);
    expect(description).toMatch(new RegExp(`\`${own}\`.*\\(400\\).*${max}.*\\(413\\).*refuse the whole request`));
  },
);

const YEAR = { start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z" };
const READ = { calendars: [{ mailbox: ANNA }], ...DAY };
const OFFER = { participants: [{ calendars: [{ mailbox: ANNA }] }], ...SLOTS };
const people = (count: number) => Array.from({ length: count }, (_, index) => ({ mailbox: `m${index}@contoso.com` }));
const asQuery = (more: string) => `availability?start=${DAY.start}&end=${DAY.end}${more}`;
const NIGHT = { days: ["mon"], start: "22:00", end: "06:00" };

test.each<[string, string | object, string, number?]>([
  ["availability", "", ""],
  ["availability", "[", ""],
  ["availability", [], ""],
  ["availability", "x".repeat(1_048_577), "", 413],
  ["availability", {}, "/start"],
  ["availability", { ...READ, calendars: [] }, "/calendars"],
  ["availability", { ...READ, calendars: people(201) }, "/calendars", 413],
  ["availability", { ...READ, calendars: [7] }, "/calendars/0"],
  ["availability", { ...READ, calendars: [{ mailbox: "a b@contoso.com" }] }, "/calendars/0/mailbox"],
  ["availability", { ...READ, calendars: [{ mailbox: BEN, calendar: "\u0000" }] }, "/calendars/0/calendar"],
  ["availability", { ...READ, calendars: [{ mailbox: BEN, tenantId: "/" }] }, "/calendars/0/tenantId"],
  ["availability", { ...READ, end: DAY.start }, "/end"],
  ["availability", { ...READ, end: "2028-01-01T00:00:00Z" }, "/end"],
  ["availability", { ...READ, end: "2026-12-03" }, "/end"],
  ["availability", { ...READ, ...YEAR, viewIntervalMinutes: 1 }, "/viewIntervalMinutes"],
  ["availability", { ...READ, combine: { atLeast: 2 } }, "/combine/atLeast"],
  ["availability", { ...READ, combine: "some" }, "/combine"],
  ["availability", { ...READ, bufferMinutes: 5 }, "/bufferMinutes"],
  ["availability", { ...READ, subject: true }, "/subject"],
  ["availability?a=1", READ, "/a"],
  [
    "slots",
    { ...OFFER, participants: [{ calendars: people(101) }, { calendars: people(202).slice(101) }] },
    "/participants",
    413,
  ],
  ["slots", { ...OFFER, participants: [{ calendars: people(2), required: 3 }] }, "/participants/0/required"],
  ["slots", { ...OFFER, ...YEAR, stepMinutes: 1 }, "/stepMinutes"],
  ["slots", { ...OFFER, workingHours: [NIGHT] }, "/workingHours/0/end"],
  ["slots", { ...OFFER, workingHours: [{ ...NIGHT, end: "25:00" }] }, "/workingHours/0/end"],
  ["slots", { ...OFFER, timeZone: "Mars" }, "/timeZone"],
  ["slots", { ...OFFER, durationMinutes: 0.5 }, "/durationMinutes"],
  ["watch", { calendars: people(101) }, "/calendars", 413],
  ["watch", { calendars: [{ mailbox: BEN, timeZone: "Mars" }] }, "/calendars/0/timeZone"],
  ["watch", { calendars: [{ mailbox: BEN, reference: "x".repeat(201) }] }, "/calendars/0/reference"],
  ["unwatch", { calendars: [{ id: "x" }] }, "/calendars/0/id"],
  ["unwatch", { calendars: [{ mailbox: BEN, more: 1 }] }, "/calendars/0/more"],
  ["availability", { ...READ, calendars: [{ mailbox: BEN, more: 1 }] }, "/calendars/0/more"],
  ["availability", { ...READ, calendars: [{ mailbox: 7 }] }, "/calendars/0/mailbox"],
  ["unwatch", { calendars: [{ id: NOBODY, mailbox: BEN }] }, "/calendars/0/mailbox"],
  [`calendars/${NOBODY}/refresh`, {}, "/id", 404],
  [`calendars/${NOBODY}/refresh`, "null", ""],
  [`calendars/${NOBODY}/refresh`, { now: true }, "/now"],
  ["graph/notifications", {}, "/value"],
  ["graph/notifications", "x".repeat(1_048_577), "", 413],
])(
  "A8: POST %s with what is wrong is told field, problem and remedy (%#)",
  async (path, sent, pointer, status = 400) => {
    expectTold(typeof sent === "string" ? await postText(path, sent) : await post(path, sent), pointer, status);
  },
);

test.each<[string, string, number?]>([
  [asQuery(""), "/mailbox"],
  [asQuery("&mailbox=a+b@contoso.com"), "/mailbox"],
  [asQuery(`&mailbox=${BEN}`.repeat(201)), "/mailbox", 413],
  [asQuery(`&mailbox=${BEN}&id=${NOBODY}&calendar=primary`), "/calendar"],
  [asQuery(`&id=${NOBODY}&tenantId=contoso.com`), "/tenantId"],
  [asQuery(`&id=${NOBODY}&combine=2`), "/combine"],
  [asQuery(`&id=${NOBODY}&id=x`), "/id"],
  [asQuery(`&id=${NOBODY}&end=${DAY.end}`), "/end"],
  [`availability?id=${NOBODY}`, "/end"],
  [asQuery(`&id=${NOBODY}&a/b~=1`), "/a~1b~0"],
  ["calendars?state=free", "/state"],
  ["calendars?cursor=x", "/cursor"],
  ["calendars?limit=7", "/limit"],
  ["calendars/x", "/id", 404],
  [`calendars/${NOBODY}`, "/id", 404],
  [`calendars/${NOBODY}?view=all`, "/view"],
  [`calendars/${NOBODY}/freebusy.ics`, "/id", 404],
  [`calendars/${NOBODY}/freebusy.ics?start=now`, "/start"],
  [`calendars/${NOBODY}/freebusy.ics?from=now`, "/from"],
  ["status?a=1", "/a"],
  ["health?a=1", "/a"],
  ["openapi.json?a=1", "/a"],
])("A8: GET %s is told field, problem and remedy", async (path, pointer, status = 400) => {
  expectTold(await get(path), pointer, status);
});

test("A8: an id that stands as unwatching takes it is said to be plain text here", async () => {
  for (const [route, body] of [
    ["availability", { ...READ, calendars: [{ id: NOBODY }] }],
    ["slots", { ...SLOTS, participants: [{ calendars: [{ id: NOBODY }] }] }],
  ] as const) {
    const { status, body: told } = await post(route, body);
    expect([status, told]).toMatchObject([400, { errors: [{ detail: expect.stringMatching(/plain text/) }] }]);
    expect(told).toMatchObject({ errors: [{ pointer: expect.stringMatching(/\/calendars\/0\/id$/) }] });
  }
});

test("A8: however many parameters are wrong, few words are made of it", async () => {
  const many = Array.from({ length: 2_000 }, (_, index) => `&p${index}=1`).join("");
  for (const path of [asQuery(many), `calendars?${many}`, `calendars?${many}${many}`]) {
    const { status, body } = await get(path);
    expect([status, (body as { readonly errors: readonly object[] }).errors.length]).toEqual([400, 20]);
  }
});

test("a calendar that is being changed too often says so, and not that storage is away", async () => {
  const write = vi.spyOn(team.service.store, "write").mockResolvedValue("conflict");
  const { status, headers, body } = await post("watch", { calendars: [{ mailbox: BEN, reference: "contended" }] });
  write.mockRestore();
  expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
  expect(body).toMatchObject({
    code: "storageUnavailable",
    detail: expect.stringMatching(/change one calendar.*again/),
  });
});

/** The problem names the field, and says of everything what to do about it. */
function expectTold(answer: Answered, pointer: string, status: number): void {
  expect(answer.body).toMatchObject({ status, errors: expect.arrayContaining([expect.objectContaining({ pointer })]) });
  expect(withoutRemedy(answer)).toEqual([]);
}
