/** The command line of `npm start`. */
import type { Command } from "../../tools/commandLine.js";

export const START = {
  call: "npm start --",
  about: `Everything on this machine, filled with a demo: storage, simulated Graph and the app.
A port that somebody has is replaced by a free one; what is printed says which. Ctrl-C ends everything that was started.
More: docs/local-run.md`,
  options: {
    data: {
      kind: "text",
      takes: "FOLDER",
      about: "keep storage, its key and the host's log in FOLDER; the next start goes on with them",
    },
    traffic: { kind: "switch", about: "change a calendar in simulated Outlook every second" },
    "no-watch": {
      kind: "switch",
      about: "begin without any watched calendar; the tour's first line then watches them all",
    },
  },
  example: "npm start -- --traffic",
} as const satisfies Command;
