/** What every `CalendarStore` says of ranges of its rows, as sweeps list them. */
import { describe, expect, test } from "vitest";
import { mailboxPart } from "../../shared/domain/calendarId.js";
import type { SweptRow } from "../../shared/domain/ports.js";
import { withSubscription } from "../../shared/domain/row.js";
import { DAY_MS, HOUR_MS, later } from "../../shared/domain/time.js";
import { dueAt, fullRow, idOf, NOW, rowOf } from "./rows.js";
import type { StoreBed } from "./storeContract.js";

const MAILBOXES = Array.from({ length: 12 }, (_, index) => `m${index}`);
const DUE = dueAt(later(NOW, HOUR_MS));

export function rangesContract(open: () => Promise<StoreBed>): void {
  const filled = async () => {
    const { store, damage } = await open();
    const rows = MAILBOXES.flatMap((mailbox) => [rowOf(mailbox), rowOf(mailbox, "second")]);
    await Promise.all(rows.map((row) => store.write(row, DUE, "absent")));
    return { store, damage, ids: rows.map(idOf).sort() };
  };
  const idsOf = (rows: readonly SweptRow[]) => rows.map(({ id }) => id);

  describe("ranges", () => {
    test("S8: ranges that touch hold every row once, in key order", async () => {
      const { store, ids } = await filled();
      const [a = "", b = ""] = [ids[6], ids[15]].map((id) => id && mailboxPart(id));
      const ranges = [{ to: a }, { from: a, to: b }, { from: b }];
      const pages = await Promise.all(ranges.map((range) => store.listRange(range, 100)));
      expect(pages.flatMap(({ rows }) => idsOf(rows))).toEqual(ids);
      expect(pages.every(({ next }) => next === undefined)).toBe(true);
    });

    test("S8: a limit ends with a whole mailbox, and the rest begins with the next one", async () => {
      const { store, ids } = await filled();
      const first = await store.listRange({}, 3);
      expect(idsOf(first.rows)).toEqual(ids.slice(0, 4));
      expect(first.next).toBe(mailboxPart(ids[4] ?? ids[0] ?? rowId()));
      const rest = await store.listRange({ from: first.next ?? "" }, 100);
      expect(idsOf(rest.rows)).toEqual(ids.slice(4));
      expect(rest.next).toBeUndefined();
    });

    test("S8: a limit that is reached by the last row leaves nothing for later", async () => {
      const { store, ids } = await filled();
      expect((await store.listRange({}, ids.length)).next).toBeUndefined();
    });

    test("S8: what is counted comes along, and only that", async () => {
      const { store } = await open();
      const full = fullRow("anna");
      const row = withSubscription(full, { expiresAt: later(NOW, DAY_MS), poisonedAt: later(NOW, 3) });
      await store.write({ ...row, sync: { ...row.sync, poisonedAt: later(NOW, 2) } }, DUE, "absent");
      const bare = rowOf("ben");
      await store.write(bare, DUE, "absent");
      const { rows } = await store.listRange({}, 10);
      expect(new Map(rows.map((one) => [one.id, one]))).toEqual(
        new Map<string, SweptRow>([
          [
            idOf(full),
            {
              id: idOf(full),
              ...DUE,
              watched: true,
              leased: true,
              newer: false,
              asOf: NOW,
              blocked: "accessDenied",
              failingSince: later(NOW, 10),
              poisonedAt: later(NOW, 2),
              expiresAt: later(NOW, DAY_MS),
              subscriptionFailingSince: later(NOW, 11),
            },
          ],
          [idOf(bare), { id: idOf(bare), ...DUE, watched: false, leased: false, newer: false }],
        ]),
      );
    });

    test("D4: a row that a newer version wrote is said to be one", async () => {
      const { store, damage, ids } = await filled();
      const [first = rowId()] = ids;
      await damage(first, "schemaVersion");
      const { rows } = await store.listRange({}, 100);
      expect(rows.filter(({ newer }) => newer).map(({ id }) => id)).toEqual([first]);
    });
  });
}

const rowId = () => idOf(rowOf("nobody"));
