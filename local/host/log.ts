/** Where the host's lines go. Nothing is printed for a call that went well. */
export interface HostLog {
  readonly info: (line: string) => void;
  readonly error: (line: string) => void;
}

/** Lines of one turn of the event loop, written together: a write a line costs a busy host more than making the line. */
let unwritten = "";

function flush(): void {
  if (unwritten !== "") process.stdout.write(unwritten);
  unwritten = "";
}
process.once("exit", flush);

export const consoleLog: HostLog = {
  info: (line) => {
    if (unwritten === "") setImmediate(flush);
    unwritten += `${line}\n`;
  },
  error: (line) => {
    flush();
    process.stderr.write(`${line}\n`);
  },
};

/** The place in the app where an error came from, or "" if its stack does not say. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const frame = frames.find((line) => /[\\/].*:\d+:\d+/.test(line) && !/node:|node_modules/.test(line));
  return frame === undefined ? "" : ` (${frame.trim()})`;
}
