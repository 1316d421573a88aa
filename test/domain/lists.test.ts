/** Lists of more calendars than one answer holds. */
import { expect, test } from "vitest";
import type { State } from "../../shared/domain/answer.js";
import { calendarIdOf } from "../../shared/domain/calendarId.js";
import { list } from "../../shared/domain/inspect.js";
import { MINUTE_MS } from "../../shared/domain/time.js";
import { watch } from "../../shared/domain/watch.js";
import { nameOf } from "../graphBed.js";
import { openService } from "../service.js";

const OURS = 450;
const THEIRS = 700;
const PAGES_MAX = 20;

/** A service with calendars of two consumers, none of them read yet. */
async function filled() {
  const service = openService();
  const names = (consumer: string, count: number) =>
    Array.from({ length: count }, (_, index) => nameOf(`${consumer}${index}@contoso.com`));
  for (const [consumer, count] of [
    ["ours", OURS],
    ["theirs", THEIRS],
  ] as const)
    await watch(
      service.deps,
      consumer,
      names(consumer, count).map((name) => ({ name, reference: "" })),
    );
  return { service, ours: names("ours", OURS).map(calendarIdOf) };
}

async function pagesOf({ deps }: ReturnType<typeof openService>, consumer: string, seesAll: boolean, state?: State) {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const asked = { ...(state !== undefined && { state }), ...(cursor !== undefined && { cursor }) };
    const standard = { policy: deps.policy, maxAgeMs: 20 * MINUTE_MS };
    const page = await list(deps, { consumer, seesAll }, standard, asked);
    pages.push(page.calendars.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== undefined && pages.length < PAGES_MAX);
  return pages;
}

test("A6: a list goes on from page to page until it has shown every calendar of the caller's, each once", async () => {
  const { service, ours } = await filled();
  const pages = await pagesOf(service, "ours", false);
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flat()).toEqual(ours.toSorted());
  expect(await pagesOf(service, "ours", false, "unknown")).toEqual(pages);
  expect((await pagesOf(service, "ours", false, "fresh")).flat()).toEqual([]);
});

test("who may read everything lists everybody's calendars, in pages as well", async () => {
  const { service } = await filled();
  const pages = await pagesOf(service, "auditor", true);
  expect(pages.length).toBeGreaterThan(1);
  expect(new Set(pages.flat()).size).toBe(OURS + THEIRS);
  expect(pages.flat()).toHaveLength(OURS + THEIRS);
});
