/** What graph-permissions/ grants, by Bicep or by script. The script runs against a stand-in for `az`. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";

const FOLDER = "infra/graph-permissions";
const PRINCIPAL = "33333333-3333-3333-3333-333333333333";
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const folder = mkdtempSync(join(tmpdir(), "graph-permissions-"));
const [state, log] = [join(folder, "granted"), join(folder, "log")];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Keeps what is granted in a file, one role a line, and logs what changes it. */
const AZ = `#!/bin/sh
url= method= query=
while [ $# -gt 0 ]; do
  case $1 in --url) url=$2 ;; --method) method=$2 ;; --query) query=$2 ;; --body) body=$2 ;; esac
  shift
done
case $method in
  get)
    case $url in
      *appRoleAssignments) role=$(echo "$query" | sed "s/.*appRoleId=='\\([^']*\\)'.*/\\1/"); grep -x "$role" ${state} || true ;;
      *) echo graph-object ;;
    esac ;;
  post) echo "post $url $body" >> ${log}; echo "$body" | sed 's/.*appRoleId":"\\([^"]*\\)".*/\\1/' >> ${state} ;;
  delete) echo "delete $url" >> ${log}; grep -vx "\${url##*/}" ${state} > ${state}.new || true; mv ${state}.new ${state} ;;
esac
`;

beforeEach(() => {
  writeFileSync(join(folder, "az"), AZ, { mode: 0o755 });
  writeFileSync(state, "");
  writeFileSync(log, "");
});

const grant = (...args: readonly string[]): string =>
  execFileSync("sh", [`${FOLDER}/grant.sh`, ...args], {
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
const changes = (): string[] => readFileSync(log, "utf8").split("\n").filter(Boolean);

describe.skipIf(process.platform === "win32")("the script", () => {
  test("it grants reading of calendars and of the mailbox's zone, to this identity, and nothing else", () => {
    expect(grant(PRINCIPAL)).toBe("Calendars.Read: granted\nMailboxSettings.Read: granted\n");
    expect(changes()).toHaveLength(2);
    for (const change of changes())
      expect(change).toContain(`"principalId":"${PRINCIPAL}","resourceId":"graph-object"`);
  });

  test("repeated it changes nothing", () => {
    grant(PRINCIPAL);
    expect(grant(PRINCIPAL)).toBe("Calendars.Read: already granted\nMailboxSettings.Read: already granted\n");
    expect(changes()).toHaveLength(2);
  });

  test("it takes back what it granted, and says so where there was nothing", () => {
    grant(PRINCIPAL);
    expect(grant(PRINCIPAL, "--remove")).toBe("Calendars.Read: removed\nMailboxSettings.Read: removed\n");
    expect(readFileSync(state, "utf8")).toBe("");
    expect(grant(PRINCIPAL, "--remove")).toContain("was not granted");
  });

  test.each([[[]], [["me"]], [[PRINCIPAL, "--delete"]]])("bad arguments %j change nothing and end with 2", (args) => {
    expect(() => grant(...args)).toThrow(expect.objectContaining({ status: 2 }));
    expect(changes()).toEqual([]);
  });

  test("without the Azure CLI it says what to install", () => {
    const alone = { encoding: "utf8", env: { PATH: "/nowhere" } } as const;
    const { status, stderr } = spawnSync("/bin/sh", [`${FOLDER}/grant.sh`, PRINCIPAL], alone);
    expect(stderr).toMatch(/^grant\.sh: the Azure CLI \(az\) was not found; install it/);
    expect(status).toBe(1);
  });
});

test("the script and the Bicep file grant the same permissions", () => {
  const idsIn = (file: string): string[] => [...new Set(readFileSync(join(FOLDER, file), "utf8").match(GUID))].sort();
  expect(idsIn("grant.sh")).toEqual(idsIn("main.bicep"));
  expect(idsIn("main.bicep")).toHaveLength(3); // Microsoft Graph itself, and two permissions of it
});
