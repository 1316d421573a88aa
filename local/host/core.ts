/** The object the app's @azure/functions gets for `require("@azure/functions-core")`, and what was registered on it. */
import Module from "node:module";
import type { FunctionMeta, Handler, LogCategory, LogLevel, ProgrammingModel } from "./coreTypes.js";
import type { HostLog } from "./log.js";

const HOOK_NAMES = ["appStart", "appTerminate", "preInvocation", "postInvocation", "log"] as const;
export type HookName = (typeof HOOK_NAMES)[number];
export type HookContext = Record<string, unknown>;
type Hook = (context: HookContext) => unknown;

export interface Registered {
  readonly meta: FunctionMeta;
  readonly handler: Handler;
}

const PRINTED_LEVELS = {
  user: ["information", "warning", "error", "critical"],
  system: ["warning", "error", "critical"], // what the package tells about itself is noise below a warning
} as const;

export class AppCore {
  readonly appHookData: Record<string, unknown> = {};
  readonly #functions = new Map<string, Registered>();
  readonly #hooks = new Map<HookName, Set<Hook>>(HOOK_NAMES.map((name) => [name, new Set()]));
  readonly #log: HostLog;
  #model: ProgrammingModel | undefined;
  #frozen = false;

  constructor(log: HostLog) {
    this.#log = log;
  }

  get functions(): readonly Registered[] {
    return [...this.#functions.values()];
  }

  get model(): ProgrammingModel | undefined {
    return this.#model;
  }

  /** After start-up no function may be added: the host has already bound the triggers. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Runs the hooks of one kind one after another, in the order of their registration. */
  async runHooks(name: Exclude<HookName, "log">, context: HookContext): Promise<void> {
    for (const hook of [...this.#hooksOf(name)]) await hook(context);
  }

  /** Log hooks may rewrite the text, so they come before it is printed; they are synchronous. */
  log(level: LogLevel, category: LogCategory, text: string, invocation: HookContext = {}): void {
    const context: HookContext = {
      hookData: {},
      appHookData: this.appHookData,
      ...invocation,
      level,
      message: text,
      category,
    };
    for (const hook of [...this.#hooksOf("log")]) hook(context);
    const printed: readonly unknown[] = PRINTED_LEVELS[category] ?? PRINTED_LEVELS.system;
    if (printed.includes(context.level)) this.#log.info(String(context.message));
  }

  /** The members the package uses; they are called without `this`. */
  api(): object {
    return {
      version: "1.0.0",
      hostVersion: "4.0.0",
      Disposable,
      setProgrammingModel: (model: ProgrammingModel) => {
        this.#model = model;
      },
      getProgrammingModel: () => this.#model,
      registerFunction: (meta: FunctionMeta, handler: Handler) => this.#register(meta, handler),
      registerHook: (name: string, hook: Hook) => this.#registerHook(name, hook),
      log: (level: LogLevel, category: LogCategory, text: string) => this.log(level, category, text),
    };
  }

  #register(meta: FunctionMeta, handler: Handler): Disposable {
    if (this.#frozen) throw systemError(Error, "A function can only be registered during app startup.");
    if (this.#functions.has(meta.name)) throw systemError(Error, `A function named "${meta.name}" already exists.`);
    this.#functions.set(meta.name, { meta, handler });
    return new Disposable(() => this.#functions.delete(meta.name));
  }

  #registerHook(name: string, hook: Hook): Disposable {
    const hooks = this.#hooks.get(name as HookName);
    if (hooks === undefined) throw systemError(RangeError, `Unrecognized hook "${name}"`);
    hooks.add(hook);
    return new Disposable(() => hooks.delete(hook));
  }

  #hooksOf(name: HookName): ReadonlySet<Hook> {
    return this.#hooks.get(name) ?? new Set();
  }
}

class Disposable {
  readonly #action: () => unknown;

  constructor(action: () => unknown) {
    this.#action = action;
  }

  static from(...items: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const item of items) item.dispose();
    });
  }

  dispose(): void {
    this.#action();
  }
}

/** The package tells errors of its host from errors of the app by this mark. */
function systemError(kind: ErrorConstructor, message: string): Error {
  return Object.assign(new kind(message), { isAzureFunctionsSystemError: true });
}

const CORE_MODULE = "@azure/functions-core";

/**
 * Answers `require("@azure/functions-core")` in this process. To be called before the app is loaded: the package asks
 * once, at its first `app.*` call, and skips every registration for good if it gets nothing.
 */
export function supplyCore(core: AppCore): void {
  const api = core.api();
  const original = Module.prototype.require;
  function requireWithCore(this: NodeJS.Module, id: string): unknown {
    return id === CORE_MODULE ? api : Reflect.apply(original, this, [id]);
  }
  Module.prototype.require = requireWithCore as NodeJS.Require;
}
