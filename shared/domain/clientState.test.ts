import fc from "fast-check";
import { expect, test } from "vitest";
import { calendarIdOf } from "./calendarId.js";
import type { ClientStateKey, ClientStateKeys } from "./clientState.js";
import { CLIENT_STATE_LENGTH_MAX, KEY_ID, signClientState, verifyClientState } from "./clientState.js";

const keyOf = (id: string, byte: number): ClientStateKey => ({ id, secret: new Uint8Array(32).fill(byte) });
const [old, current] = [keyOf("2025", 1), keyOf("2026", 2)];
const keys: ClientStateKeys = { current, all: [current, old] };
const anna = calendarIdOf({ tenantId: "t", mailbox: "anna@contoso.com", calendar: "primary" });
const ben = calendarIdOf({ tenantId: "t", mailbox: "ben@contoso.com", calendar: "primary" });
const signed = signClientState(anna, current);
const [keyId, , signature] = signed.split(".");

test("I2: what a configured key has signed names its calendar, also after the keys were rotated", () => {
  expect(verifyClientState(signed, keys)).toBe(anna);
  expect(verifyClientState(signClientState(ben, old), keys)).toBe(ben);
  expect(verifyClientState(signClientState(ben, old), { current, all: [current] })).toBeUndefined();
});

test("I2: what Graph is given never changes, and has room in Graph's 128 characters", () => {
  expect(signed).toBe("2026.elkrjh6qwk74apqkhyman35yfl.It7jmyLoaCIH5frSZFqLYwv81wjELk_3DvZrPKsNhI0");
  const longest = keyOf("k".repeat(32), 1);
  expect(KEY_ID.test(longest.id) && !KEY_ID.test(`${longest.id}k`)).toBe(true);
  expect(signClientState(anna, longest).length).toBeLessThanOrEqual(CLIENT_STATE_LENGTH_MAX);
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["a number", 5],
  ["a list that reads like it", [signed]],
  ["an empty text", ""],
  ["dots", ".."],
  ["no signature", `${keyId}.${anna}.`],
  ["no signature and no dot", `${keyId}.${anna}`],
  ["another calendar's signature", `${keyId}.${ben}.${signature}`],
  ["another key's name", `${old.id}.${anna}.${signature}`],
  ["an unknown key's name", `2024.${anna}.${signature}`],
  ["no key's name", `.${anna}.${signature}`],
  ["one dot more", `${signed}.`],
  ["padding", `${signed}=`],
  ["a space before it", ` ${signed}`],
  ["another letter case", signed.toUpperCase()],
  ["what is no calendar id, signed", signClientState("no-calendar" as typeof anna, current)],
  ["more than Graph ever holds", `${signed}${"x".repeat(CLIENT_STATE_LENGTH_MAX)}`],
])("I2: %s is refused", (_name, clientState) => {
  expect(verifyClientState(clientState, keys)).toBeUndefined();
});

test("I2: with any one character changed, added or left out it is refused", () => {
  const edit = fc.record({
    at: fc.nat(signed.length),
    remove: fc.nat(1),
    insert: fc.string({ maxLength: 1, unit: "binary" }),
  });
  fc.assert(
    fc.property(edit, ({ at, remove, insert }) => {
      const changed = signed.slice(0, at) + insert + signed.slice(at + remove);
      expect(verifyClientState(changed, keys)).toBe(changed === signed ? anna : undefined);
    }),
    { numRuns: 1_000 },
  );
});
