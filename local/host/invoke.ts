/** Runs one invocation through the package: hooks, handler, outputs. */
import { randomUUID } from "node:crypto";
import type { AppCore, HookContext } from "./core.js";
import type {
  CoreContext,
  InvocationModel,
  InvocationResponse,
  Metadata,
  OutputData,
  TraceContext,
  TypedData,
} from "./coreTypes.js";
import type { HostedFunction } from "./functions.js";
import { type HostLog, placeOf } from "./log.js";
import { messageOf } from "./refusal.js";

export interface InvocationInput {
  readonly data: TypedData;
  readonly metadata?: Metadata;
  readonly invocationId?: string;
  readonly traceParent?: string | undefined;
  readonly traceState?: string | undefined;
}

export type Outcome =
  | { readonly kind: "done"; readonly returnValue: TypedData | undefined; readonly returnedNothing: boolean }
  | { readonly kind: "failed"; readonly error: unknown };

export type WriteOutput = (fn: HostedFunction, output: OutputData) => Promise<void>;

/** Knows what is running, so that the host can wait for it at the end. */
export class Invoker {
  readonly #core: AppCore;
  readonly #log: HostLog;
  readonly #writeOutput: WriteOutput;
  readonly #running = new Set<Promise<Outcome>>();

  constructor(core: AppCore, log: HostLog, writeOutput: WriteOutput) {
    this.#core = core;
    this.#log = log;
    this.#writeOutput = writeOutput;
  }

  /** Never throws: a failure is printed in one line and returned. */
  async run(fn: HostedFunction, input: InvocationInput): Promise<Outcome> {
    const outcome = this.#attempt(fn, input);
    this.#running.add(outcome);
    try {
      return await outcome;
    } finally {
      this.#running.delete(outcome);
    }
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #attempt(fn: HostedFunction, input: InvocationInput): Promise<Outcome> {
    try {
      return await this.#perform(fn, input);
    } catch (error) {
      this.#log.error(`${fn.name} failed: ${oneLine(messageOf(error))}${placeOf(error)}`);
      return { kind: "failed", error };
    }
  }

  async #perform(fn: HostedFunction, input: InvocationInput): Promise<Outcome> {
    const model = this.#core.model;
    if (model === undefined) throw new Error("the app has set no programming model");
    const hooks: HookContext = { hookData: {}, appHookData: this.#core.appHookData };
    const context = this.#context(fn, input, hooks);
    const invocation = await model.getInvocationModel(context);
    const { context: invocationContext, inputs } = await invocation.getArguments();
    hooks.invocationContext = invocationContext;
    const result = await this.#handle(fn, context, invocation, hooks, inputs);
    const response = await invocation.getResponse(invocationContext, result);
    await this.#writeOutputs(fn, response);
    const returnValue = response.returnValue ?? undefined;
    return { kind: "done", returnValue, returnedNothing: result === undefined || result === null };
  }

  /** Hooks read and replace the fields of one plain object, which is read back after each stage. */
  async #handle(
    fn: HostedFunction,
    context: CoreContext,
    invocation: InvocationModel,
    hooks: HookContext,
    inputs: unknown[],
  ): Promise<unknown> {
    const pre = { ...hooks, functionCallback: fn.handler, inputs };
    await during(context, "preInvocationHooks", () => this.#core.runHooks("preInvocation", pre));
    const post: HookContext & { result: unknown; error: unknown } = {
      ...hooks,
      inputs: pre.inputs,
      result: null,
      error: null,
    };
    await during(context, "invocation", async () => {
      try {
        post.result = await invocation.invokeFunction(hooks.invocationContext, pre.inputs, pre.functionCallback);
      } catch (error) {
        post.error = error ?? new Error("the handler threw nothing");
      }
    });
    await during(context, "postInvocationHooks", () => this.#core.runHooks("postInvocation", post));
    if (post.error !== null && post.error !== undefined) throw post.error;
    return post.result;
  }

  async #writeOutputs(fn: HostedFunction, response: InvocationResponse): Promise<void> {
    const returned: OutputData = { name: "$return", data: response.returnValue ?? null };
    for (const output of [...(response.outputData ?? []), returned]) {
      if (fn.outputs.has(output.name)) await this.#writeOutput(fn, output);
    }
  }

  #context(fn: HostedFunction, input: InvocationInput, hooks: HookContext): CoreContext {
    const invocationId = input.invocationId ?? randomUUID();
    return {
      invocationId,
      metadata: fn.meta,
      request: {
        functionId: fn.name,
        invocationId,
        inputData: [{ name: fn.input, data: input.data }],
        triggerMetadata: input.metadata ?? {},
        traceContext: traceContext(input),
      },
      state: undefined,
      log: (level, category, text) => this.#core.log(level, category, text, hooks),
    };
  }
}

async function during(context: CoreContext, state: CoreContext["state"], work: () => Promise<void>): Promise<void> {
  context.state = state;
  try {
    await work();
  } finally {
    context.state = undefined;
  }
}

/** A caller's trace goes on in a span of its own: https://www.w3.org/TR/trace-context/#traceparent-header */
function traceContext(input: InvocationInput): TraceContext {
  const [, trace, flags] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(input.traceParent ?? "") ?? [];
  return {
    traceParent: `00-${trace ?? randomHex()}-${randomHex().slice(16)}-${flags ?? "00"}`,
    traceState: trace === undefined ? "" : (input.traceState ?? ""),
    attributes: {},
  };
}

/** 32 digits. Node keeps random UUIDs in stock; bytes would cost a system call each. */
function randomHex(): string {
  return randomUUID().replaceAll("-", "");
}

function oneLine(text: string): string {
  return text.replace(/\s*\r?\n\s*/g, " ");
}
