/**
 * All that asks the real Bicep CLI, in one file, since one process of it answers ten times as fast once it is warm.
 * Without a CLI it is left out with a notice; in CI that fails. That all is formatted, linted and as its snapshots say
 * is `npm run check:bicep`.
 */
import { afterAll, beforeAll, describe } from "vitest";
import { findBicep, isBicepRequired } from "../../tools/bicep/find.js";
import { thisMachine } from "../../tools/bicep/machine.js";
import { leavingEventGrid } from "./leavingEventGrid.js";
import { ENVIRONMENT, parametersFile } from "./parametersFile.js";
import { refusals, texts } from "./refusals.js";
import { templates } from "./templates.js";
import { openWorkshop, type Workshop } from "./workshop.js";

const SLOW_MS = 240_000;

const cli = findBicep(thisMachine);
if (cli.kind === "absent") {
  if (isBicepRequired(process.env)) throw new Error(cli.remedy);
  console.warn(`Tests of infra/ with the real Bicep CLI are left out. ${cli.remedy}`);
}

describe.skipIf(cli.kind === "absent")("with the real Bicep CLI,", { timeout: SLOW_MS }, () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop(cli.kind === "found" ? cli.path : "", ENVIRONMENT);
  }, SLOW_MS);
  afterAll(() => workshop.close());

  for (const suite of [templates, refusals, texts, parametersFile, leavingEventGrid]) suite(() => workshop);
});
