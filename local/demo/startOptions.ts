/** The command line of `npm start`. */
import { parseArgs } from "node:util";

export interface StartOptions {
  /** The folder to keep; without it, one that is removed at the end. */
  readonly data: string | undefined;
  readonly hasTraffic: boolean;
  readonly isWatching: boolean;
}

export const HELP = `npm start -- [options]

  --data FOLDER  keep storage, its key and the host's log in FOLDER; the next start goes on with them
  --traffic      change a calendar in simulated Outlook every second
  --no-watch     begin without any watched calendar; the tour's first line then watches them all
  --help         print this

A port that somebody has is replaced by a free one; what is printed says which. Ctrl-C ends everything that was started. More: docs/local-run.md`;

/** `"help"` where that was asked for. Throws, with what there is, on anything else that is no option. */
export function startOptions(args: readonly string[]): StartOptions | "help" {
  const values = parsed(args);
  if (values.help === true) return "help";
  if (values.data?.trim() === "") throw new Error("--data is empty; it should name a folder");
  return { data: values.data, hasTraffic: values.traffic === true, isWatching: values["no-watch"] !== true };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: "string" },
        traffic: { type: "boolean" },
        "no-watch": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    const [why = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new Error(`${why}. There are --data FOLDER, --traffic, --no-watch and --help.`);
  }
}
