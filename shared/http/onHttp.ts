/** What every HTTP function does around its own work: who is calling, what went wrong, one answer whatever happens. */
import type {
  HttpFunctionOptions,
  HttpMethod,
  HttpRequest,
  HttpResponseInit,
  InvocationContext,
} from "@azure/functions";
import { RowContended, StorageUnavailable, WatchesUnreadable } from "../domain/ports.js";
import { type Authenticate, type Caller, demand, type Role } from "./caller.js";
import { Problem, problemResponse } from "./problem.js";

/** Storage is back within seconds or not at all. */
const RETRY_AFTER_SECONDS = 5;

export interface Call<Runtime> {
  readonly runtime: Runtime;
  readonly request: HttpRequest;
  readonly caller: Caller;
  readonly context: InvocationContext;
}

export interface HttpSpec<Runtime> {
  readonly methods: HttpMethod[];
  readonly route: string;
  readonly role: Role;
  readonly handle: (call: Call<Runtime>) => Promise<HttpResponseInit>;
  /** How a problem is answered; by default as RFC 9457 says. */
  readonly refuse?: Refuse;
}

export type Refuse = (problem: Problem, request: HttpRequest, context: InvocationContext) => HttpResponseInit;

type Log = Pick<InvocationContext, "log">;
type Ready<Runtime> = (context: Log) => Promise<Runtime>;

/** For `app.http`: the caller needs `role`; problems and outages are answered, never thrown at the host. */
export const onHttp = <Runtime extends { readonly authenticate: Authenticate }>(
  ready: Ready<Runtime>,
  { methods, route, role, handle, refuse = problemResponse }: HttpSpec<Runtime>,
): HttpFunctionOptions => ({
  methods,
  route,
  // With AUTH=key the platform checks its own keys; a token is checked below whatever the platform does.
  authLevel: process.env.AUTH?.trim() === "key" ? "function" : "anonymous", // trimmed, as the configuration reads it
  handler: (request, context) => {
    const { log, end } = logUntilEnd(context);
    return answered(
      context,
      async () => {
        const runtime = await ready({ log });
        const caller = await runtime.authenticate(request.headers.get("authorization"), (line) => context.warn(line));
        demand(caller, role);
        return handle({ runtime, request, caller, context });
      },
      (problem) => refuse(problem, request, context),
    ).finally(end);
  },
});

/** Where work goes on after the answer [A9, I5], its lines go to the console: a context that has ended takes no more. */
export function logUntilEnd(context: Log): Log & { readonly end: () => void } {
  let log: Log["log"] = (...line) => context.log(...line);
  const end = () => {
    log = console.log;
  };
  return { log: (...line) => log(...line), end };
}

/** The answer, or the problem that stood in its way. */
export async function answered(
  context: InvocationContext,
  work: () => Promise<HttpResponseInit>,
  refuse: (problem: Problem) => HttpResponseInit = problemResponse,
): Promise<HttpResponseInit> {
  try {
    return await work();
  } catch (error) {
    return refuse(problemOf(error, context));
  }
}

function outageOf(error: StorageUnavailable): string {
  if (error instanceof RowContended)
    return "too many requests change one calendar at this moment; ask again, which is safe";
  if (error instanceof WatchesUnreadable)
    return "who watches one of the calendars is kept in a form that this version cannot read; ask again later, which is safe";
  return "storage gave no answer; nothing is known";
}

function problemOf(error: unknown, context: InvocationContext): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StorageUnavailable) {
    context.warn(`${error.name}: ${error.message}`);
    const headers = { "retry-after": String(RETRY_AFTER_SECONDS) };
    return new Problem("storageUnavailable", outageOf(error), { headers });
  }
  context.error(error instanceof Error ? (error.stack ?? error.name) : "a value was thrown that is no error");
  return new Problem("internal", "this is a fault of the service; it has been logged");
}
