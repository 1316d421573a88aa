/** The operator's documents held to what there is. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { NOTHING_COUNTED } from "../../shared/domain/tally.js";
import { instant } from "../../shared/domain/time.js";
import { ROLES } from "../../shared/http/caller.js";
import { statusBody } from "../../shared/http/statusAnswer.js";

const text = (file: string): string => readFileSync(file, "utf8");
const operations = text("docs/operations.md");
const security = text("docs/security.md");
const alerts = globSync("infra/monitoring/queries/alerts/*.kql").map((file) => basename(file, ".kql"));
/** What is said below each heading of an alert. */
const said = new Map(
  operations
    .split(/^### /m)
    .slice(1)
    .map((part) => [/^`(\w+)`/.exec(part)?.[1] ?? "", part] as const),
);

describe("docs/operations.md", () => {
  test.each(alerts)("says of the alert %s what it means, what to do first, and how recovery is seen", (alert) => {
    const part = said.get(alert) ?? "";
    for (const word of ["**Means**", "**First**", "**Recovered**"]) expect(part).toContain(word);
  });

  test("speaks of no alert that there is not", () => {
    const spoken = [...said.keys()].filter((name) => name !== "");
    expect(spoken.filter((name) => !alerts.includes(name))).toEqual([]);
  });

  test("has a row for every chapter of the workbook", () => {
    const { items } = JSON.parse(text("infra/monitoring/workbook.json")) as { items: { type: number; name: string }[] };
    const chapters = items.filter(({ type }) => type === 1).map(({ name }) => name);
    expect(chapters.filter((chapter) => !operations.includes(`\n| ${chapter} |`))).toEqual([]);
  });
});

test("the table of GET /api/status has every field that is answered", () => {
  const queue = { queue: "refresh", messages: 0, poison: 0, lastTakenAt: undefined, silent: false };
  const body = statusBody({ now: instant(0), counted: undefined, tally: NOTHING_COUNTED, queues: [queue] });
  const fields = Object.entries(body).flatMap(([name, value]) => {
    const [part, path] = Array.isArray(value) ? [value[0], `${name}[].`] : [value, `${name}.`];
    return part instanceof Object ? Object.keys(part).map((inner) => `${path}${inner}`) : [name];
  });
  const table = operations.slice(operations.indexOf("## How it does"), operations.indexOf("## Many calendars"));
  // In "`calendars.fresh`, `stale`" the second one is of calendars too.
  const told = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, names = ""]) => {
    const [group = ""] = /[\w[\]]+\./.exec(names) ?? [];
    return [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => (name.includes(".") ? name : `${group}${name}`));
  });
  expect(told.filter((name) => !fields.includes(name))).toEqual([]);
  expect(fields.filter((name) => !told.includes(name))).toEqual([]);
});

test("A8: the roles of the API's app registration are those that the code asks for, and for apps only", () => {
  const roles = JSON.parse(text("infra/api-roles.json")) as { value: string; allowedMemberTypes: string[] }[];
  expect(roles.map(({ value }) => value)).toEqual([...ROLES]);
  expect(roles.map(({ allowedMemberTypes }) => allowedMemberTypes)).toEqual(ROLES.map(() => ["Application"]));
});

test("a setting is called like its parameter, in capitals, and the document has all of them", () => {
  const others = new Map([
    ["environmentName", "AZURE_ENV_NAME"],
    ["location", "AZURE_LOCATION"],
    ["privateNetwork", "STORAGE_IS_PRIVATE"],
  ]);
  const read = [...text("infra/main.bicepparam").matchAll(/^param (\w+) = [^']*'(\w+)'/gm)];
  expect(read.length).toBeGreaterThan(40);
  for (const [, parameter = "", name = ""] of read) {
    const capitals = parameter.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
    expect(name).toBe(others.get(parameter) ?? capitals);
    expect(operations).toContain(`\`${name}\``);
  }
});

describe("docs/security.md", () => {
  const threats = security.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| actor"));

  test("names for every threat what stops it and, where there is one, a test that is there", () => {
    expect(threats.length).toBeGreaterThan(10);
    for (const line of threats) {
      const [, , , stops = "", tests = ""] = line.split("|");
      expect(stops.trim()).not.toBe("");
      const named = [...tests.matchAll(/`((?:test|shared|infra)\/[^`]+)`/g)].map(([, file = ""]) => file);
      expect(named.length > 0 || tests.includes("by hand")).toBe(true);
      expect(named.filter((file) => !existsSync(file))).toEqual([]);
    }
  });
});

test("scripts and files that the documents name are there", () => {
  const { scripts } = JSON.parse(text("package.json")) as { scripts: Record<string, string> };
  for (const file of ["README.md", "docs/operations.md", "docs/security.md"]) {
    const named = [...text(file).matchAll(/\bnpm run ([\w:]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
    const files = [...text(file).matchAll(/\binfra\/[\w-]+(?:\/[\w-]+)*\.(?:sh|bicep|bicepparam|json)\b/g)].map(
      ([it]) => it,
    );
    expect(files.filter((name) => !existsSync(name))).toEqual([]);
  }
});

test("what is provisioned again is so although nothing has changed since, which azd by itself skips", () => {
  const runbooks = operations.slice(operations.indexOf("## Upgrade"));
  const said = [runbooks, text(".github/workflows/deploy.yml")].flatMap(
    (file) => file.match(/azd provision[^`\n]*/g) ?? [],
  );
  expect(said.length).toBeGreaterThan(6);
  expect(said.filter((command) => !/--no-state|--preview/.test(command))).toEqual(["azd provision"]); // in the sentence that says so
});
