/** What is refused, how much of a request it costs, and what the caller is told. */
import { beforeEach, expect, test, vi } from "vitest";
import { ANNA } from "../../local/graph/testBed.js";
import { OPERATIONS } from "../../shared/http/openapi/operations.js";
import { DAY, openTeam, post, type Team } from "./team.js";

vi.mock("../../shared/runtime.js", async (real) => ({
  ...(await real<object>()),
  ...(await import("./memoryRuntime.js")),
}));

let team: Team;
beforeEach(async () => {
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
