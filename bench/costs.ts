/** `npm run costs`: writes what so many calendars cost into docs/operations.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { runCommand } from "../tools/commandLine.js";
import { costSection, withCosts } from "./costTable.js";
import { COSTS } from "./options.js";

const DOCUMENT = "docs/operations.md";

process.exitCode = await runCommand(COSTS, process.argv.slice(2), () => {
  writeFileSync(DOCUMENT, withCosts(readFileSync(DOCUMENT, "utf8")));
  console.log(costSection());
  return 0;
});
