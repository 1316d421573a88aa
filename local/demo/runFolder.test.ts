import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRunFolder } from "./runFolder.js";

test("after a failure the host's log is kept, and neither data nor key", async () => {
  const folder = await openRunFolder(undefined);
  await writeFile(folder.hostLog, "why");
  await folder.end({ isLogKept: true });
  expect(await readdir(folder.path)).toEqual(["host.log"]);
  await rm(folder.path, { recursive: true });
});

test.each([
  ["a run that went well", "why", false],
  ["a failure before there was a host", undefined, true],
] as const)("after %s nothing is left", async (_what, log, isLogKept) => {
  const folder = await openRunFolder(undefined);
  if (log !== undefined) await writeFile(folder.hostLog, log);
  await folder.end({ isLogKept });
  expect(existsSync(folder.path)).toBe(false);
});

test("a file that is named as the folder is refused by its name", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "named-")), "file");
  await writeFile(path, "");
  await expect(openRunFolder(path)).rejects.toThrow(`--data ${path} is no folder and cannot be made one (EEXIST)`);
  await rm(join(path, ".."), { recursive: true });
});

test("a damaged key is told by its file, and what it holds is not", async () => {
  const path = await mkdtemp(join(tmpdir(), "named-"));
  await writeFile(join(path, "client-state-keys"), "nonsense");
  const refused = openRunFolder(path);
  await expect(refused).rejects.toThrow(`${join(path, "client-state-keys")} holds no key`);
  await expect(refused).rejects.not.toThrow("nonsense");
  await rm(path, { recursive: true });
});

test("a named folder stays, and another run may have it", async () => {
  const path = await mkdtemp(join(tmpdir(), "named-"));
  const first = await openRunFolder(path);
  await first.end({ isLogKept: false });
  const second = await openRunFolder(path);
  expect(second.clientStateKeys).toBe(first.clientStateKeys);
  await second.end({ isLogKept: false });
  await rm(path, { recursive: true });
});
