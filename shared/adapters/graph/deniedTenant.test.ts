import { expect, test } from "vitest";
import { december, graphBed, PATIENT_MS } from "../../../test/graphBed.js";
import { TenantDenied } from "../tenantDenied.js";

test("R9: a tenant that gives no token until somebody acts denies its calendars, one by one or many together", async () => {
  const bed = graphBed();
  bed.tokens.failure = new TenantDenied("AADSTS700016");
  const denied = { kind: "blocked", reason: "accessDenied", detail: "no token: AADSTS700016" };
  expect(await bed.reader.firstPages([december(bed.anna)], PATIENT_MS)).toEqual([denied]);
  expect(await bed.reader.firstPages([december(bed.anna), december(bed.anna)], PATIENT_MS)).toEqual([denied, denied]);
  expect(bed.sent).toEqual([]);
});
