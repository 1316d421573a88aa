/** What the app registered, checked and in this host's words. Anything this host cannot run refuses the start. */
import type { Registered } from "./core.js";
import type { Binding, FunctionMeta, Handler } from "./coreTypes.js";
import type { AuthLevel } from "./keys.js";
import { nextOccurrence, parseSchedule, type Schedule } from "./ncrontab.js";
import { HostRefusal, messageOf } from "./refusal.js";
import { overlap, parseTemplate, type Template } from "./routes.js";
import { connectionString, type Env, resolveSettings } from "./settings.js";

export interface HttpTrigger {
  readonly kind: "http";
  readonly methods: readonly string[];
  readonly route: Template;
  readonly level: AuthLevel;
}

export interface QueueTrigger {
  readonly kind: "queue";
  readonly queue: string;
  readonly connection: string;
}

export interface TimerTrigger {
  readonly kind: "timer";
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  /** Whether the handler is told when the function ran last and why it runs now. */
  readonly monitored: boolean;
}

export type Trigger = HttpTrigger | QueueTrigger | TimerTrigger | { readonly kind: "eventGrid" };

interface QueueTarget {
  readonly queue: string;
  readonly connection: string;
}

export interface HostedFunction<T extends Trigger = Trigger> {
  readonly name: string;
  readonly meta: FunctionMeta;
  readonly handler: Handler;
  /** The name of the trigger's binding. */
  readonly input: string;
  readonly trigger: T;
  /** Output bindings that go to queues, by binding name; `$return` is the handler's result. */
  readonly outputs: ReadonlyMap<string, QueueTarget>;
  /** No trigger fires it; only the admin endpoint runs it. */
  readonly disabled: boolean;
}

/** The functions in the order of their names, case ignored: the order in which routes are tried. */
export function hostFunctions(registered: readonly Registered[], routePrefix: string, env: Env): HostedFunction[] {
  if (registered.length === 0) throw new HostRefusal("no function was registered");
  const names = new Set<string>();
  const functions = registered
    .filter(isRun)
    .map((entry) => named(entry.meta.name, () => hosted(entry, names, routePrefix, env)));
  functions.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  refuseConflicts(functions.filter(isHttp));
  return functions;
}

/** Known in Azure, and left alone here: the app runs without what would come through them. By their bindings' types. */
const TRIGGERS_NOT_RUN: ReadonlySet<string> = new Set(["eventhubtrigger"]);

const isRun = ({ meta }: Registered): boolean =>
  !Object.values(meta.bindings).some(({ type }) => TRIGGERS_NOT_RUN.has(type.toLowerCase()));

/** The names of the functions that are registered and that this host does not run. */
export const notRun = (registered: readonly Registered[]): readonly string[] =>
  registered.filter((entry) => !isRun(entry)).map(({ meta }) => meta.name);

export function isHttp(fn: HostedFunction): fn is HostedFunction<HttpTrigger> {
  return fn.trigger.kind === "http";
}

/** Pairs of functions with a common method of which the first hides the second on some paths. */
export function overlaps(functions: readonly HostedFunction<HttpTrigger>[]): [string, string][] {
  return pairs(functions)
    .filter(([a, b]) => overlap(a.trigger.route, b.trigger.route))
    .map(([a, b]) => [a.name, b.name]);
}

function hosted(entry: Registered, names: Set<string>, routePrefix: string, env: Env): HostedFunction {
  const { meta, handler } = entry;
  const name = validName(meta.name, names);
  if (meta.retryOptions !== undefined && meta.retryOptions !== null) refuse("retry policies are not supported");
  const [input, binding] = triggerBinding(meta);
  const trigger = parseTrigger(name, binding, routePrefix, env);
  const outputs = parseOutputs(meta, input, env);
  return { name, meta, handler, input, trigger, outputs, disabled: isDisabled(name, env) };
}

function validName(name: string, names: Set<string>): string {
  const key = name.toLowerCase();
  if (!/^[a-z][\w-]*$/i.test(name) || key === "host" || names.has(key)) refuse("name is not valid");
  names.add(key);
  return name;
}

function triggerBinding(meta: FunctionMeta): [string, Binding] {
  const found = Object.entries(meta.bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  return found ?? refuse("trigger type '' is not supported");
}

function parseTrigger(name: string, binding: Binding, routePrefix: string, env: Env): Trigger {
  switch (binding.type.toLowerCase()) {
    case "httptrigger":
      return parseHttp(name, binding, routePrefix, env);
    case "queuetrigger":
      return { kind: "queue", ...queueTarget(binding, env) };
    case "eventgridtrigger":
      return { kind: "eventGrid" };
    case "timertrigger":
      return parseTimer(binding, env);
    default:
      return refuse(`trigger type '${binding.type}' is not supported`);
  }
}

function parseHttp(name: string, binding: Binding, routePrefix: string, env: Env): HttpTrigger {
  const own = typeof binding.route === "string" && binding.route !== "" ? resolveSettings(binding.route, env) : name;
  const route = own.replace(/^\/+|\/+$/g, "");
  if (/^(admin|runtime)/i.test(route)) refuse(`route "${route}" is reserved`);
  const methods = Array.isArray(binding.methods) ? binding.methods.map((method) => String(method).toUpperCase()) : [];
  const level = String(binding.authLevel ?? "function").toLowerCase();
  return {
    kind: "http",
    methods: methods.length === 0 ? ["GET", "POST"] : methods,
    route: parseTemplate(routePrefix === "" ? route : `${routePrefix}/${route}`),
    level: level === "anonymous" || level === "admin" ? level : "function",
  };
}

const STEPS_LOOKED_AT = 5;
const MONITORED_STEP_MS_MIN = 60_000; // the real host keeps no status for schedules faster than a minute

function parseTimer(binding: Binding, env: Env): TimerTrigger {
  const text = resolveSettings(String(binding.schedule ?? ""), env);
  const schedule = parseSchedule(text) ?? refuse(`schedule "${text}" is not a six-field NCRONTAB expression`);
  return {
    kind: "timer",
    schedule,
    runOnStartup: binding.runOnStartup === true,
    monitored: binding.useMonitor !== false && !isFast(schedule),
  };
}

function isFast(schedule: Schedule): boolean {
  let at = nextOccurrence(schedule, new Date());
  for (let step = 0; step < STEPS_LOOKED_AT && at !== undefined; step += 1) {
    const next = nextOccurrence(schedule, at);
    if (next !== undefined && next.getTime() - at.getTime() < MONITORED_STEP_MS_MIN) return true;
    at = next;
  }
  return false;
}

function parseOutputs(meta: FunctionMeta, input: string, env: Env): ReadonlyMap<string, QueueTarget> {
  const outputs = new Map<string, QueueTarget>();
  for (const [name, binding] of Object.entries(meta.bindings)) {
    if (name === input) continue;
    const type = binding.direction === "out" ? binding.type.toLowerCase() : "";
    if (type === "queue") outputs.set(name, queueTarget(binding, env));
    else if (type !== "http") refuse(`binding '${name}' of type '${binding.type}' is not supported`);
  }
  return outputs;
}

function queueTarget(binding: Binding, env: Env): QueueTarget {
  const connection = typeof binding.connection === "string" ? binding.connection : undefined;
  return {
    queue: resolveSettings(String(binding.queueName ?? ""), env).toLowerCase(),
    connection: connectionString(connection, env),
  };
}

function isDisabled(name: string, env: Env): boolean {
  const value = env[`AzureWebJobs.${name}.Disabled`]?.toLowerCase();
  return value === "true" || value === "1";
}

function refuseConflicts(functions: readonly HostedFunction<HttpTrigger>[]): void {
  for (const [a, b] of pairs(functions)) {
    if (a.trigger.route.text.toLowerCase() !== b.trigger.route.text.toLowerCase()) continue;
    throw new HostRefusal(`function '${b.name}': route conflicts with '${a.name}'`);
  }
}

/** Every two functions, in order, that share a method. */
function pairs(functions: readonly HostedFunction<HttpTrigger>[]) {
  return functions.flatMap((a, at) =>
    functions
      .slice(at + 1)
      .filter((b) => a.trigger.methods.some((method) => b.trigger.methods.includes(method)))
      .map((b) => [a, b] as const),
  );
}

function named<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new HostRefusal(`function '${name}': ${messageOf(error)}`);
  }
}

function refuse(reason: string): never {
  throw new HostRefusal(reason);
}
