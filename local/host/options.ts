/** The command line: `--port 7071 --address 127.0.0.1 --app . --enableAuth --grace 30 --reason "…"`. */
import { parseArgs } from "node:util";
import { HostRefusal, messageOf } from "./refusal.js";

export interface CommandLine {
  readonly port: number;
  readonly address: string;
  readonly appDir: string;
  readonly enableAuth: boolean;
  readonly graceSeconds: number;
  readonly reason: string | undefined;
}

const PORT_MAX = 65_535;
const GRACE_SECONDS_MAX = 3_600;

export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = parsed(args);
  return {
    port: wholeNumber("--port", values.port, PORT_MAX),
    address: values.address,
    appDir: values.app,
    enableAuth: values.enableAuth,
    graceSeconds: wholeNumber("--grace", values.grace, GRACE_SECONDS_MAX),
    reason: values.reason,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string", default: "7071" },
        address: { type: "string", default: "127.0.0.1" },
        app: { type: "string", default: "." },
        enableAuth: { type: "boolean", default: false },
        grace: { type: "string", default: "30" },
        reason: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new HostRefusal(messageOf(error));
  }
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new HostRefusal(`${option} "${text}" is not a whole number from 0 to ${max}`);
}
