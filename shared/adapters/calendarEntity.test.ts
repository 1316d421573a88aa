import fc from "fast-check";
import { expect, test } from "vitest";
import { calendarIdOf } from "../domain/calendarId.js";
import { newRow, REFERENCE_LENGTH_MAX, WATCHES_MAX, withSubscription } from "../domain/row.js";
import { instant } from "../domain/time.js";
import { entityOf, rowOf, type StoredEntity } from "./calendarEntity.js";

const NAME = { tenantId: "contoso.com", mailbox: "anna@contoso.com", calendar: "primary" };
const DUE = { refreshDueAt: instant(1), subscriptionDueAt: instant(2) };
/** Long enough that a text of 64 watches is cut in the middle of one. */
const CONSUMER = "😀".repeat(300);

/** Storage keeps text as UTF-8: half a character comes back as U+FFFD. */
const throughUtf8 = (value: unknown): unknown =>
  typeof value === "string" ? Buffer.from(value, "utf8").toString("utf8") : value;

test("a text that is cut into several properties is cut between characters, wherever the cut falls", () => {
  const reference = fc.string({
    unit: fc.constantFrom("a", "é", "😀"),
    minLength: 1,
    maxLength: REFERENCE_LENGTH_MAX / 2,
  });
  fc.assert(
    fc.property(fc.array(reference, { minLength: WATCHES_MAX, maxLength: WATCHES_MAX }), (references) => {
      const watches = references.map((one) => ({ consumer: CONSUMER, reference: one }));
      const entity = entityOf({ ...newRow(NAME, instant(0)), watches }, DUE);
      expect(Object.keys(entity)).toContain("watches2");
      const stored = Object.fromEntries(Object.entries(entity).map(([key, value]) => [key, throughUtf8(value)]));
      const row = rowOf({ ...stored, etag: "e" } as StoredEntity);
      expect(row?.unreadable).toBeUndefined();
      expect(row?.watches).toEqual(watches);
      expect(row && calendarIdOf(row.name)).toBe(calendarIdOf(NAME));
    }),
    { numRuns: 30 },
  );
});

test("I2: which key a subscription is signed by is a column of its own: storage can be asked who names an old one", () => {
  const row = withSubscription(newRow(NAME, instant(0)), { id: "s1", keyId: "old" });
  expect(entityOf(row, DUE)).toMatchObject({ keyId: "old" });
  expect(entityOf(withSubscription(row, { id: undefined, keyId: undefined }), DUE)).not.toHaveProperty("keyId");
});
