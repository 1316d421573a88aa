/** What every `CalendarStore` does. */
import { expect, test } from "vitest";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import type { CalendarStore, ETag } from "../../shared/domain/ports.js";
import { type CalendarRow, REFERENCE_LENGTH_MAX, WATCHES_MAX } from "../../shared/domain/row.js";
import { HOUR_MS, later } from "../../shared/domain/time.js";
import type { Damage } from "../memory/memoryStore.js";
import { dueAt, fullRow, idOf, NOW, rowOf, snapshotOf } from "./rows.js";

export interface StoreBed {
  readonly store: CalendarStore;
  /** Spoils part of a stored row behind the store's back. */
  readonly damage: (id: CalendarId, damage: Damage) => Promise<void>;
}

const DUE = dueAt(later(NOW, HOUR_MS));

/** Writes a new row and returns its etag. */
async function put(store: CalendarStore, row: CalendarRow, due = DUE): Promise<ETag> {
  const etag = await store.write(row, due, "absent");
  if (etag === "conflict") throw new Error("the row was there already");
  return etag;
}

export function storeContract(open: () => Promise<StoreBed>): void {
  test("a row that was never written is absent, and a table that is missing is made on demand", async () => {
    const { store } = await open();
    const row = rowOf("anna");
    expect(await store.read(idOf(row))).toBeUndefined();
    expect(await store.readMailbox(idOf(row))).toEqual([]);
    expect(await store.list(10)).toEqual({ rows: [] });
    expect(await store.listRange({}, 10)).toEqual({ rows: [] });
  });

  test("a write into a missing table makes the table", async () => {
    const { store } = await open();
    const etag = await put(store, rowOf("anna"));
    expect(await store.read(idOf(rowOf("anna")))).toEqual({ row: rowOf("anna"), etag });
  });

  test("every field of a row comes back as it was written", async () => {
    const { store } = await open();
    const etag = await put(store, fullRow("anna"));
    const stored = await store.read(idOf(fullRow("anna")));
    expect({ ...stored?.row, snapshot: undefined }).toEqual({ ...fullRow("anna"), snapshot: undefined });
    expect(Buffer.from(stored?.row.snapshot?.blocks ?? [])).toEqual(Buffer.from(snapshotOf(100).blocks));
    expect(stored?.etag).toBe(etag);
  });

  test("a write replaces the whole row: what the new one lacks is gone", async () => {
    const { store } = await open();
    const etag = await put(store, { ...fullRow("anna"), snapshot: snapshotOf(150_000) });
    const bare = rowOf("anna", fullRow("anna").name.calendar);
    await store.write(bare, DUE, etag);
    expect((await store.read(idOf(bare)))?.row).toEqual(bare);
  });

  test("a row that is marked unreadable is whole again once it is written", async () => {
    const { store } = await open();
    const etag = await put(store, { ...rowOf("anna"), unreadable: "rest" });
    expect(await store.read(idOf(rowOf("anna")))).toEqual({ row: rowOf("anna"), etag });
  });

  test("D3: of two writers that find no row, exactly one wins", async () => {
    const { store } = await open();
    const race = ["1", "2", "3"].map((token) => store.write(withToken("anna", token), DUE, "absent"));
    const answers = await Promise.all(race);
    expect(answers.filter((answer) => answer !== "conflict")).toHaveLength(1);
    const winner = `${answers.findIndex((answer) => answer !== "conflict") + 1}`;
    expect((await store.read(idOf(rowOf("anna"))))?.row.sync.settledBy).toBe(winner);
  });

  test("D3: of two writers that read the same version, exactly one wins", async () => {
    const { store } = await open();
    const etag = await put(store, rowOf("anna"));
    const race = ["1", "2", "3"].map((token) => store.write(withToken("anna", token), DUE, etag));
    expect((await Promise.all(race)).filter((answer) => answer !== "conflict")).toHaveLength(1);
  });

  test("D3: every write changes the etag, and the old one is good for nothing any more", async () => {
    const { store } = await open();
    const first = await put(store, rowOf("anna"));
    const second = await store.write(rowOf("anna"), DUE, first);
    expect(second).not.toBe(first);
    expect(await store.write(withToken("anna", "late"), DUE, first)).toBe("conflict");
    expect(await store.remove(idOf(rowOf("anna")), first)).toBe("conflict");
    expect(await store.read(idOf(rowOf("anna")))).toEqual({ row: rowOf("anna"), etag: second });
  });

  test("a removed row is absent, removing it again is no conflict, and a write to it is", async () => {
    const { store } = await open();
    const etag = await put(store, rowOf("anna"));
    expect(await store.remove(idOf(rowOf("anna")), etag)).toBe("removed");
    expect(await store.read(idOf(rowOf("anna")))).toBeUndefined();
    expect(await store.remove(idOf(rowOf("anna")), etag)).toBe("removed");
    expect(await store.write(rowOf("anna"), DUE, etag)).toBe("conflict");
    expect(await store.read(idOf(rowOf("anna")))).toBeUndefined();
  });

  test("a mailbox's calendars are read together, and nobody else's", async () => {
    const { store } = await open();
    for (const calendar of ["primary", "one", "two"]) await put(store, rowOf("anna", calendar));
    await put(store, rowOf("ben"));
    const found = await store.readMailbox(idOf(rowOf("anna", "never kept")));
    expect(found.map(({ row }) => row.name.calendar).sort()).toEqual(["one", "primary", "two"]);
    for (const { row, etag } of found) expect(await store.write(row, DUE, etag)).not.toBe("conflict");
  });

  test("D2: blocks of more than 64 KiB are split and put together again", async () => {
    const { store } = await open();
    for (const bytes of [0, 64 * 1024, 64 * 1024 + 1, 200_000]) {
      const row = { ...rowOf(`anna${bytes}`), snapshot: snapshotOf(bytes) };
      await put(store, row);
      const blocks = (await store.read(idOf(row)))?.row.snapshot?.blocks ?? new Uint8Array(1);
      expect(Buffer.from(blocks).equals(Buffer.from(row.snapshot.blocks))).toBe(true);
    }
  });

  test.each([
    ["control characters and quotes", '\u0001é"\\'],
    ["letters of two code units    ", "\u0001😀"],
    ["the same, one unit later     ", "x\u0001😀"],
  ])("64 watches with the longest references fit: %s", async (_name, letters) => {
    const { store } = await open();
    const watches = Array.from({ length: WATCHES_MAX }, (_, index) => ({
      consumer: "c".repeat(128),
      reference: `${index} `.padEnd(REFERENCE_LENGTH_MAX, letters),
      timeZone: "America/Argentina/ComodRivadavia",
    }));
    const row = { ...rowOf("anna"), watches };
    await put(store, row);
    expect((await store.read(idOf(row)))?.row.watches).toEqual(watches);
  });
}

const withToken = (mailbox: string, settledBy: string): CalendarRow => {
  const row = rowOf(mailbox);
  return { ...row, sync: { ...row.sync, settledBy } };
};
