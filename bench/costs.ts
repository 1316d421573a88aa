/** `npm run costs`: writes what so many calendars cost into docs/operations.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { costSection, withCosts } from "./costTable.js";

const DOCUMENT = "docs/operations.md";

parseArgs({ options: {} }); // there are none: an unknown one is refused before anything is written

writeFileSync(DOCUMENT, withCosts(readFileSync(DOCUMENT, "utf8")));
console.log(costSection());
