/** `npm run costs`: writes what so many calendars cost into docs/operations.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { costSection, withCosts } from "./costTable.js";

const DOCUMENT = "docs/operations.md";

writeFileSync(DOCUMENT, withCosts(readFileSync(DOCUMENT, "utf8")));
console.log(costSection());
