/** One run of another program. */
import { type ExecFileOptions, execFile } from "node:child_process";

export interface ProgramRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Errors: none for what the program refuses, that is `code`; throws where it cannot be run. */
export const runProgram = (file: string, args: readonly string[], options: ExecFileOptions): Promise<ProgramRun> =>
  new Promise((resolve, reject) => {
    execFile(file, args, { ...options, encoding: "utf8" }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
