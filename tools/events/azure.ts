/** The Azure CLI as this setup uses it: a port, so that tests can be any subscription. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProgramRun, runProgram } from "../program.js";

export type Az = (args: readonly string[]) => Promise<ProgramRun>;

/** A deployment of stage two takes a minute or two. */
const RUN_MS_MAX = 900_000;
const OUTPUT_BYTES_MAX = 8 * 1024 * 1024;

/** Errors: throws where the Azure CLI is not installed. */
export const az: Az = (args) => {
  const isWindows = process.platform === "win32"; // there it is a batch file, which only a shell runs
  const options = { shell: isWindows, timeout: RUN_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
  const run = isWindows ? runProgram("az.cmd", args.map(quoted), options) : runProgram("az", args, options);
  return run.catch((error: Error) => {
    throw new Error(`the Azure CLI (az) cannot be run: ${error.message}; install it and sign in with "az login"`);
  });
};

/** For that shell, which would split paths at their blanks. No argument here holds a quote: what does is given as a file. */
export const quoted = (arg: string): string => (/^[\w./:=@-]+$/.test(arg) ? arg : `"${arg}"`);

/** JSON that `az` printed. Errors: throws with the first line of what it complains of. */
export async function azJson(run: Az, args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await run([...args, "--output", "json"]);
  if (code !== 0) throw new Error(`az ${args.slice(0, 3).join(" ")}: ${firstLine(stderr)}`);
  return stdout.trim() === "" ? undefined : JSON.parse(stdout);
}

/** JSON for `az` as the file that it takes after an `@`: given as an argument, shells take its quotes away. */
export async function withJsonFile<T>(json: unknown, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "az-"));
  try {
    const file = join(folder, "body.json");
    writeFileSync(file, JSON.stringify(json));
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const firstLine = (text: string): string =>
  text
    .split("\n")
    .find((line) => line.trim() !== "")
    ?.trim() ?? "no reason given";
