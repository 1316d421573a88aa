import { expect, test } from "vitest";
import type { Fault } from "../../../local/graph/faults.js";
import { ANNA } from "../../../local/graph/testBed.js";
import { graphBed, PATIENT_MS } from "../../../test/graphBed.js";

test.each(["W. Europe Standard Time", "Europe/Amsterdam", "Customized Time Zone"])(
  "R10: a mailbox's zone comes as Graph names it: %s",
  async (timeZone) => {
    const bed = graphBed();
    bed.sim.outlook.setTimeZone(ANNA, timeZone);
    expect(await bed.reader.mailboxZone(bed.anna, PATIENT_MS)).toEqual({ name: timeZone });
  },
);

test("R10: an empty zone is none, never UTC", async () => {
  const bed = graphBed();
  bed.sim.outlook.setTimeZone(ANNA, "");
  expect(await bed.reader.mailboxZone(bed.anna, PATIENT_MS)).toEqual({});
});

test.each<[string, Fault, object | undefined]>([
  ["forbidden, it has none", { kind: "error", status: 403, code: "ErrorAccessDenied" }, {}],
  ["not found, it has none", { kind: "error", status: 404, code: "ErrorInvalidUser" }, {}],
  ["unavailable, it is asked again", { kind: "error", status: 503 }, undefined],
  ["unauthenticated, it is asked again", { kind: "error", status: 401 }, undefined],
  ["unreachable, it is asked again", { kind: "unreachable" }, undefined],
  ["a web page, it is asked again", { kind: "html" }, undefined],
  ["cut off, it is asked again", { kind: "truncatedJson" }, undefined],
])("R10: where the zone is %s", async (_what, fault, zone) => {
  const bed = graphBed();
  bed.sim.faults.add(fault);
  expect(await bed.reader.mailboxZone(bed.anna, PATIENT_MS)).toEqual(zone);
});

test("R4: where the question is throttled, Graph's wish to wait is passed on", async () => {
  const bed = graphBed();
  bed.sim.faults.add({ kind: "throttled", seconds: 7 });
  const told = await bed.reader.mailboxZone(bed.anna, PATIENT_MS);
  expect(told).toMatchObject({ kind: "throttled", retryAfterSeconds: 7 });
});

test("R10: a zone that is not told in time is asked for again", async () => {
  const bed = graphBed();
  bed.sim.faults.add({ kind: "hang" });
  expect(await bed.reader.mailboxZone(bed.anna, 20)).toBeUndefined();
});
