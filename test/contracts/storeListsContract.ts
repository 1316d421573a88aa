/** What every `CalendarStore` says of many rows, and of damaged ones. */
import { describe, expect, test } from "vitest";
import type { CalendarStore, DueQuery } from "../../shared/domain/ports.js";
import { type CalendarRow, INITIAL_SUBSCRIPTION, INITIAL_SYNC } from "../../shared/domain/row.js";
import { HOUR_MS, instant, later, SECOND_MS } from "../../shared/domain/time.js";
import { DAMAGES } from "../memory/memoryStore.js";
import { dueAt, fullRow, idOf, NOW, rowOf } from "./rows.js";
import type { StoreBed } from "./storeContract.js";

const FAR = later(NOW, 2 * HOUR_MS);
const refreshes: DueQuery = { what: "refresh", until: NOW, implausibleFrom: FAR };
const MAILBOXES = ["anna", "ben", "carl", "dora", "emil", "fay", "gus"];

const fill = (store: CalendarStore) =>
  Promise.all(MAILBOXES.map((mailbox) => store.write(rowOf(mailbox), dueAt(later(NOW, HOUR_MS)), "absent")));

export function storeListsContract(open: () => Promise<StoreBed>): void {
  describe("lists", () => {
    test("pages come in key order, hold every row once, and end", async () => {
      const { store } = await open();
      await fill(store);
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await store.list(3, cursor);
        pages.push(page.rows.map(({ row }) => idOf(row)));
        cursor = page.cursor;
      } while (cursor !== undefined && pages.length < 10);
      expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
      expect(pages.flat()).toEqual(MAILBOXES.map((mailbox) => idOf(rowOf(mailbox))).sort());
    });

    test("a last page that is full has no cursor", async () => {
      const { store } = await open();
      await fill(store);
      expect((await store.list(MAILBOXES.length)).cursor).toBeUndefined();
    });

    test("rows written or removed between two pages repeat and hide no other", async () => {
      const { store } = await open();
      await fill(store);
      const first = await store.list(3);
      for (const { row, etag } of first.rows) await store.remove(idOf(row), etag);
      const second = await store.list(10, first.cursor);
      const seen = [...first.rows, ...second.rows].map(({ row }) => row.name.mailbox);
      expect(seen.sort()).toEqual(MAILBOXES.map((mailbox) => `${mailbox}@contoso.com`));
    });
  });

  describe("due rows", () => {
    test("D1: what is due by now is found, with its time; what is due later is not", async () => {
      const { store } = await open();
      await store.write(rowOf("past"), dueAt(later(NOW, -HOUR_MS)), "absent");
      await store.write(rowOf("now"), dueAt(NOW), "absent");
      await store.write(rowOf("next"), dueAt(later(NOW, 1)), "absent");
      const found = (await store.listRange({}, 10, refreshes)).rows;
      expect(new Map(found.map(({ id, refreshDueAt }) => [id, refreshDueAt]))).toEqual(
        new Map([
          [idOf(rowOf("past")), later(NOW, -HOUR_MS)],
          [idOf(rowOf("now")), NOW],
        ]),
      );
    });

    test("D1: refreshes and subscriptions are due each by its own time", async () => {
      const { store } = await open();
      await store.write(rowOf("read"), dueAt(NOW, later(NOW, SECOND_MS)), "absent");
      await store.write(rowOf("renew"), dueAt(later(NOW, SECOND_MS), NOW), "absent");
      const ids = async (what: DueQuery["what"]) =>
        (await store.listRange({}, 10, { ...refreshes, what })).rows.map(({ id }) => id);
      expect(await ids("refresh")).toEqual([idOf(rowOf("read"))]);
      expect(await ids("subscription")).toEqual([idOf(rowOf("renew"))]);
    });

    test("D5: a due time that no rule can have written counts as due", async () => {
      const { store } = await open();
      await store.write(rowOf("broken"), dueAt(FAR), "absent");
      await store.write(rowOf("far"), dueAt(later(FAR, -1)), "absent");
      await store.write(rowOf("never"), dueAt(instant(Date.parse("9999-12-31T00:00:00Z"))), "absent");
      const found = (await store.listRange({}, 10, refreshes)).rows;
      expect(found.map(({ id }) => id).sort()).toEqual([idOf(rowOf("broken")), idOf(rowOf("never"))].sort());
    });

    test.each(["refresh", "subscription"] as const)("D1: a row that has lost its %s due time is due", async (what) => {
      const { store, damage } = await open();
      await fill(store);
      await damage(idOf(rowOf("dora")), `${what}DueAt`);
      const due: DueQuery = { what, until: NOW, implausibleFrom: later(NOW, 9 * HOUR_MS) };
      const found = (await store.listRange({}, 10, due)).rows;
      expect(found).toEqual([expect.objectContaining({ id: idOf(rowOf("dora")), [`${what}DueAt`]: 0 })]);
    });

    test("D4: a row that a newer version wrote is due", async () => {
      const { store, damage } = await open();
      await fill(store);
      await damage(idOf(rowOf("dora")), "schemaVersion");
      expect((await store.listRange({}, 10, refreshes)).rows.map(({ id }) => id)).toEqual([idOf(rowOf("dora"))]);
    });

    test("R9: whether anybody watches and whether a lease is on it comes along", async () => {
      const { store } = await open();
      await store.write(fullRow("anna"), dueAt(NOW), "absent");
      await store.write(rowOf("ben"), dueAt(NOW), "absent");
      const found = (await store.listRange({}, 10, refreshes)).rows;
      const flags = new Map(found.map(({ id, watched, leased }) => [id, { watched, leased }]));
      expect(flags.get(idOf(fullRow("anna")))).toEqual({ watched: true, leased: true });
      expect(flags.get(idOf(rowOf("ben")))).toEqual({ watched: false, leased: false });
    });
  });

  describe("damage", () => {
    test.each(DAMAGES.filter((damage) => !damage.endsWith("DueAt")))(
      "D4: a row with a broken %s reads as unreadable, never as read; its name and what else is whole stay",
      async (broken) => {
        const { store, damage } = await open();
        const row = fullRow("anna");
        await store.write(row, dueAt(NOW), "absent");
        await damage(idOf(row), broken);
        const stored = await store.read(idOf(row));
        expect(stored?.row).toEqual({
          name: row.name,
          createdAt: broken === "createdAt" ? 0 : row.createdAt,
          watches: broken === "watches" ? [] : row.watches,
          mailboxZone: row.mailboxZone,
          subscription: broken === "subscription" ? INITIAL_SUBSCRIPTION : row.subscription,
          sync: INITIAL_SYNC,
          unreadable: broken === "watches" ? "watches" : "rest",
        });
      },
    );

    test("D4, S6: a row that nobody watches is not kept for what cannot be read of it", async () => {
      const { store, damage } = await open();
      const row: CalendarRow = { ...fullRow("anna"), watches: [] };
      await store.write(row, dueAt(NOW), "absent");
      await damage(idOf(row), "schemaVersion");
      const stored = await store.read(idOf(row));
      expect(stored?.row.unreadable).toBeUndefined();
      expect(stored?.row).toMatchObject({ subscription: row.subscription, sync: INITIAL_SYNC });
      expect(stored?.row.snapshot).toBeUndefined();
      await damage(idOf(row), "watches");
      expect((await store.read(idOf(row)))?.row.unreadable).toBe("watches");
    });

    test("D4: a damaged row is written whole again, under its own etag", async () => {
      const { store, damage } = await open();
      const row = rowOf("anna");
      const etag = await store.write(row, dueAt(NOW), "absent");
      await damage(idOf(row), "schemaVersion");
      if (etag !== "conflict") expect(await store.write(row, dueAt(NOW), etag)).toBe("conflict");
      const stored = await store.read(idOf(row));
      if (stored === undefined) throw new Error("the row is gone");
      const next = await store.write(stored.row, dueAt(NOW), stored.etag);
      expect(await store.read(idOf(row))).toEqual({ row, etag: next });
    });
  });
}
