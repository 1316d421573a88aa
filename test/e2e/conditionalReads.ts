/** Answers that a caller has already. */
import { beforeAll, expect, test } from "vitest";
import { explain, refreshNow } from "./answers.js";
import { between, dayOf } from "./days.js";
import { eventually } from "./eventually.js";
import { type Person, watchedPerson } from "./mailboxes.js";
import type { Product } from "./product.js";

const DAY = 3;

export function conditionalReads(product: () => Product): void {
  let person: Person;
  beforeAll(async () => {
    person = await watchedPerson(product(), { events: [between(DAY, "09:00", "10:00")] });
  });
  const read = (ifNoneMatch?: string, more: object = {}) =>
    product().api.post(
      "/api/availability",
      { calendars: [person.id], ...dayOf(DAY), ...more },
      ifNoneMatch === undefined ? {} : { "if-none-match": ifNoneMatch },
    );
  const tag = async () => (await read()).headers.get("etag") ?? "";

  test("A7: an answer has a weak tag, its age as Last-Modified, and may be kept if asked about", async () => {
    const { headers, body } = await read();
    const [, asOf] = /"asOf":"([^"]+)"/.exec(JSON.stringify(body)) ?? [];
    expect(headers.get("etag")).toMatch(/^W\/"[\w-]+"$/);
    expect(headers.get("last-modified")).toBe(new Date(asOf ?? "").toUTCString());
    expect(headers.get("cache-control")).toBe("private, max-age=0, must-revalidate");
  });

  test.each([
    ["the tag itself", (own: string) => own],
    ["the tag as a strong one", (own: string) => own.replace("W/", "")],
    ["a list that holds it", (own: string) => `"x", ${own}, W/"y"`],
    ["any tag", () => "*"],
  ])("A7: who has %s gets 304 without a body, and the age", async (_, ifNoneMatch) => {
    const { status, text, headers } = await read(ifNoneMatch(await tag()));
    expect({ status, text }).toEqual({ status: 304, text: "" });
    expect(headers.get("etag")).toBe(await tag());
    expect(headers.get("last-modified")).toMatch(/GMT$/);
    expect(headers.get("cache-control")).toBe("private, max-age=0, must-revalidate");
  });

  test("A7: other tags, and a tag for another question, get the whole answer", async () => {
    const own = await tag();
    expect((await read('W/"somebody else\'s"')).status).toBe(200);
    expect((await read(own, { allDay: "ignore", bufferMinutes: { before: 5 } })).status).toBe(200);
    expect((await read(own, { maxAgeSeconds: 0 })).status).toBe(200); // stale now: a state is content
  });

  test("A7: a read that finds nothing new moves the age and keeps the tag; a change makes another", async () => {
    const { api, own } = product();
    const before = await read();
    const { asOf } = await explain(api, person.id);
    expect(await refreshNow(api, person.id)).toMatchObject({ status: 202, body: { id: person.id } });
    await eventually(async () => expect((await explain(api, person.id)).asOf).not.toBe(asOf));
    expect((await read(before.headers.get("etag") ?? "")).status).toBe(304);
    own.graph.outlook.addEvent(person.address, "primary", between(DAY, "12:00", "13:00"));
    await eventually(async () => expect((await read(before.headers.get("etag") ?? "")).status).toBe(200));
  });
}
