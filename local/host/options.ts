/** The command line of `npm run host`. */
import type { Command } from "../../tools/commandLine.js";

export const HOST = {
  call: "npm run host --",
  about: `The stand-in for the Azure Functions host, with the app that is built and settings from the environment.
Ends with 0 when it was stopped, with 1 when work was left after the grace period, with 2 when it was refused, with 130 on a
second signal.`,
  options: {
    port: { kind: "number", from: 0, to: 65_535, default: 7071, about: "where it listens; 0 takes a free one" },
    address: { kind: "text", takes: "ADDRESS", default: "127.0.0.1", about: "where it listens" },
    app: { kind: "text", takes: "FOLDER", default: ".", about: "the folder of host.json and package.json" },
    enableAuth: { kind: "switch", about: "asks for the Functions keys that Azure would ask for" },
    grace: {
      kind: "number",
      from: 0,
      to: 3_600,
      default: 30,
      about: "how many seconds running calls are given at the end",
    },
    reason: { kind: "text", takes: "TEXT", about: "why it stands in, for its first line" },
  },
  example: "npm run host -- --port 7071",
} as const satisfies Command;
