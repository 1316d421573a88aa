/** How much memory another process holds. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const KIB_PER_MB = 1_000_000 / 1_024;

/** Resident, in megabytes. Rejects where there is no such process. */
export async function memoryMb(pid: number): Promise<number> {
  return (await residentKib(pid)) / KIB_PER_MB;
}

async function residentKib(pid: number): Promise<number> {
  if (process.platform !== "linux") {
    const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
    return Number(stdout.trim());
  }
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}
