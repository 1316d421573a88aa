/** The files of infra/, as text: what they are made of, and what is not among them. */
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** graph-permissions/ cannot be compiled without its registry. */
const bicepFiles = (): string[] =>
  globSync("infra/**/*.bicep")
    .filter((file) => !file.includes("graph-permissions"))
    .sort();

test("every Bicep file is part of a stage, and none comes from a registry, which needs the network", () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, target = ""] of text.matchAll(/(?:^module \w+|\bfrom) '([^']+)'/gm)) {
      expect(target).not.toMatch(/^(br|ts)[:/]/);
      visit(join(file, "..", target));
    }
  };
  for (const stage of ["infra/main.bicep", "infra/events.bicep"]) visit(stage);
  expect(bicepFiles().filter((file) => !seen.has(file))).toEqual([]);
});

test("what git holds of infra/ is source: no compiled template", () => {
  const files = execFileSync("git", ["ls-files", "infra"], { encoding: "utf8" }).split("\n").filter(Boolean);
  const json = files.filter(
    (file) => file.endsWith(".json") && !/api-roles|bicepconfig|snapshot|workbook|\/monitoring\//.test(file),
  );
  expect(json).toEqual([]);
});

test("what `npm run bicep -- build` leaves beside the file of a stage, git does not see", () => {
  const left = ["infra/main.json", "infra/events.json", "infra/graph-permissions/main.json"];
  const ignored = execFileSync("git", ["check-ignore", ...left], { encoding: "utf8" })
    .split("\n")
    .filter(Boolean);
  expect(ignored).toEqual(left);
});

test("names of queues, tables and containers are written in names.json only", () => {
  const written = /'(refresh|subscriptions|calendars|graph-events(-poison)?|app-packages|event-dead-letters)'/;
  // Queries measure columns that are called like queues.
  const named = bicepFiles().filter((file) => !file.includes("monitoring"));
  const offenders = named.filter((file) => written.test(readFileSync(file, "utf8")));
  expect(offenders).toEqual([]);
});
