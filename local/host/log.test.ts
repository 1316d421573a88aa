import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ROOT } from "../demo/repository.js";

const LOG = join(ROOT, "dist", "local", "host", "log.js");
/** Standard output and standard error in one file, as a host's log is kept. */
const printed = async (script: string): Promise<string> => {
  const given = ["-c", '"$0" --input-type=module --eval "$1" 2>&1 || true', process.execPath, script];
  return (await promisify(execFile)("sh", given)).stdout;
};
const using = (body: string): string => `const { consoleLog } = await import(${JSON.stringify(LOG)}); ${body}`;

test("lines are printed in their order, errors among them", async () => {
  const body = 'consoleLog.info("one"); consoleLog.info("two"); consoleLog.error("three"); consoleLog.info("four");';
  expect(await printed(using(body))).toBe("one\ntwo\nthree\nfour\n");
});

test.each([
  ["ends at once", "process.exit(3);"],
  ["crashes", 'throw new Error("a fault");'],
])("the last line before the host %s is printed", async (_how, end) => {
  expect(await printed(using(`consoleLog.info("the last"); ${end}`))).toMatch(/^the last$/m);
});
