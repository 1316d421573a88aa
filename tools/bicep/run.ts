/** One run of the Bicep CLI, out of the way of others. */
import { type ProgramRun, runProgram } from "../program.js";

/** A build takes about 3 s on two slow cores. */
const RUN_MS_MAX = 120_000;
/** A compiled template has some 100 KB. */
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024;

/** Errors: none for what Bicep refuses, that is `code`; throws where the program cannot be run. */
export function runBicep(
  path: string,
  args: readonly string[],
  cwd = process.cwd(),
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramRun> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: OUTPUT_BYTES_MAX, timeout: RUN_MS_MAX };
  return runProgram(path, args, options);
}
