/** The command line of `npm run soak`. */
import type { Command } from "../../tools/commandLine.js";

/** A week. */
const MINUTES_MAX = 10_080;

export const SOAK = {
  call: "npm run soak --",
  about: `The demo under traffic, every answer judged, and at the end every calendar compared with simulated Outlook.
Ends with 0 when all was right, with 1 when anything was wrong or it was interrupted.`,
  options: {
    minutes: { kind: "number", from: 1, to: MINUTES_MAX, default: 45, about: "how long there is traffic" },
    "kill-every": {
      kind: "number",
      from: 1,
      to: MINUTES_MAX * 60,
      about: "kills the host every N seconds; without it, never",
    },
  },
  example: "npm run soak -- --minutes 45 --kill-every 300",
} as const satisfies Command;
