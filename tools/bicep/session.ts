/** The Bicep CLI as a server: one process answers everything, so that its start and its warm-up are paid once. */
import { spawn } from "node:child_process";
import * as z from "zod";
import { framed, unframed } from "./frames.js";

/** The first answer takes about 3 s on two slow cores, others a tenth. */
const ANSWER_MS_MAX = 120_000;
/** Nobody asks more at a time. */
const WAITING_MAX = 100;

const Message = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** What was asked for, or why not. */
export type Answer =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "refused"; readonly reason: string };

export interface BicepSession {
  /** Errors: throws where the process has ended, or ends before it answers. */
  ask(method: string, request: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Returns once the process has ended. */
  end(): Promise<void>;
}

/** Starts `bicep jsonrpc`. What the environment says to parameter files is `env`, for the whole session. */
export function openSession(path: string, env: Readonly<Record<string, string>> = {}): BicepSession {
  const child = spawn(path, ["jsonrpc", "--stdio"], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = new Map<number, { settle(answer: Answer): void; fail(reason: Error): void }>();
  const failAll = (reason: Error): void => {
    for (const { fail } of waiting.values()) fail(reason);
    waiting.clear();
  };
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => [failAll(error), resolve()]);
    child.once("exit", (code) => [failAll(new Error(`bicep jsonrpc ended with exit code ${code}`)), resolve()]);
  });
  child.stdin.on("error", failAll);

  let rest: Buffer = Buffer.alloc(0);
  child.stdout.on("data", (bytes: Buffer) => {
    const read = unframed(Buffer.concat([rest, bytes]));
    rest = read.rest;
    for (const { id, result, error } of read.messages.map((message) => Message.parse(message))) {
      waiting
        .get(id)
        ?.settle(error === undefined ? { kind: "result", result } : { kind: "refused", reason: error.message });
      waiting.delete(id);
    }
  });

  let asked = 0;
  return {
    async ask(method, request) {
      if (child.exitCode !== null || !child.stdin.writable) throw new Error("bicep jsonrpc has ended");
      if (waiting.size >= WAITING_MAX) throw new Error(`bicep jsonrpc: ${WAITING_MAX} questions are open`);
      const id = ++asked;
      const timer = setTimeout(() => child.kill(), ANSWER_MS_MAX);
      try {
        return await new Promise<Answer>((settle, fail) => {
          waiting.set(id, { settle, fail });
          child.stdin.write(framed({ jsonrpc: "2.0", id, method, params: [request] }));
        });
      } finally {
        clearTimeout(timer);
      }
    },
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}
