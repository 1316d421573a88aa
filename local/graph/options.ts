/** The command line of the simulator alone. */
import type { Command } from "../../tools/commandLine.js";

const port = (about: string, preset: number) =>
  ({ kind: "number", from: 0, to: 65_535, default: preset, about: `${about}; 0 takes a free one` }) as const;

export const SIMULATOR = {
  call: "node dist/local/graph/main.js",
  about: "Simulated Microsoft Graph without any mailbox, on two ports, until Ctrl-C. More: local/graph/README.md",
  options: {
    "graph-port": port("where Graph answers", 7080),
    "control-port": port("where mailboxes, events and faults are made", 7081),
    address: { kind: "text", takes: "ADDRESS", default: "127.0.0.1", about: "where both listen" },
  },
  example: "node dist/local/graph/main.js --graph-port 7080 --control-port 7081",
} as const satisfies Command;
