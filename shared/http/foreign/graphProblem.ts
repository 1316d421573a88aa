/** Errors as Graph's clients expect them. https://learn.microsoft.com/graph/errors */
import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { toRfc3339 } from "../../domain/time.js";
import type { RefusedReason, WholeView } from "../../domain/wholeView.js";
import { PROBLEM_STATUS, Problem, type ProblemCode } from "../problem.js";

const GRAPH_CODES: Readonly<Record<ProblemCode, string>> = {
  invalidRequest: "ErrorInvalidParameter",
  unauthenticated: "InvalidAuthenticationToken",
  forbidden: "Authorization_RequestDenied",
  notFound: "ErrorItemNotFound",
  payloadTooLarge: "RequestEntityTooLarge",
  staleData: "ErrorInternalServerTransientError",
  storageUnavailable: "ErrorInternalServerTransientError",
  keysUnavailable: "ErrorInternalServerTransientError",
  internal: "ErrorInternalServerError",
};

/** A problem that has a code and a status of Graph's own. */
export class GraphProblem extends Problem {
  readonly status: number;
  readonly graphCode: string;

  constructor(status: number, graphCode: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super("invalidRequest", detail, { headers });
    this.status = status;
    this.graphCode = graphCode;
  }
}

/** What Graph puts into `innerError`, and into headers, so that two logs can be laid side by side. */
export interface RequestIds {
  readonly requestId: string;
  readonly clientRequestId: string;
}

export interface GraphAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export function graphErrorAnswer(problem: Problem, ids: RequestIds): GraphAnswer {
  const [status, code] =
    problem instanceof GraphProblem
      ? [problem.status, problem.graphCode]
      : [PROBLEM_STATUS[problem.code], GRAPH_CODES[problem.code]];
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    "request-id": ids.requestId,
    "client-request-id": ids.clientRequestId,
  };
  return {
    status,
    headers: { ...problem.extras.headers, "cache-control": "no-store" },
    body: { error: { code, message: problem.message, innerError } },
  };
}

export const graphResponse = ({ status, headers, body }: GraphAnswer, ids: RequestIds): HttpResponseInit => ({
  status,
  headers: {
    ...headers,
    "content-type": "application/json; charset=utf-8",
    "request-id": ids.requestId,
    "client-request-id": ids.clientRequestId,
  },
  body: JSON.stringify(body),
});

/** For `onHttp`. */
export const refuseAsGraph = (problem: Problem, request: HttpRequest, context: InvocationContext): HttpResponseInit => {
  const ids = requestIdsOf(request, context);
  return graphResponse(graphErrorAnswer(problem, ids), ids);
};

/** The invocation's id; the caller's own where it sent one that is fit to be sent back. */
export function requestIdsOf(request: HttpRequest, { invocationId: requestId }: InvocationContext): RequestIds {
  const given = request.headers.get("client-request-id") ?? "";
  return { requestId, clientRequestId: /^[\w-]{1,64}$/.test(given) ? given : requestId };
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  /** For one schedule among others: the response codes of Exchange's availability service. */
  readonly responseCode: string;
  readonly message: string;
}

/** Waiting cures it; Graph's own clients wait as long as they are told. */
const RETRY_AFTER_SECONDS = 5;

const transient = (message: string): Refusal => ({
  status: 503,
  code: "ErrorInternalServerTransientError",
  responseCode: "ErrorFreeBusyGenerationFailed",
  message: `${message} Nothing is known of it now; this says nothing about whether it is free.`,
});
const notThere = (message: string): Refusal => ({
  status: 404,
  code: "ErrorItemNotFound",
  responseCode: "ErrorMailRecipientNotFound",
  message,
});

const REFUSALS: Readonly<Record<RefusedReason, Refusal>> = {
  notWatched: notThere("The caller watches no calendar of this name."),
  mailboxNotFound: { ...notThere("Outlook has no such mailbox."), code: "ErrorInvalidUser" },
  calendarNotFound: notThere("The mailbox has no such calendar."),
  accessDenied: {
    status: 403,
    code: "ErrorAccessDenied",
    responseCode: "ErrorNoFreeBusyAccess",
    message: "Outlook denies access to the calendar.",
  },
  tooManyEvents: {
    status: 400,
    code: "ErrorExceededFindCountLimit",
    responseCode: "ErrorFreeBusyGenerationFailed",
    message: "The calendar has more events than are kept, so nothing is known of it.",
  },
  neverRefreshed: transient("The calendar has not been read yet."),
  unreadable: transient("What Outlook answered or what is kept of the calendar could not be understood."),
  tooOld: transient("What is kept of the calendar is over a day old."),
  stale: transient("What is kept of the calendar is older than it may be."),
  beyondHorizon: {
    status: 400,
    code: "ErrorInvalidParameter",
    responseCode: "ErrorFreeBusyGenerationFailed",
    message: "Some of the time asked for is not kept.",
  },
};

type Refused = Extract<WholeView, { kind: "refused" }>;

/** A calendar that cannot be answered, as the answer of a whole request. */
export function graphProblemOf(refused: Refused): GraphProblem {
  const { status, code } = REFUSALS[refused.reason];
  const headers: Record<string, string> = status === 503 ? { "retry-after": String(RETRY_AFTER_SECONDS) } : {};
  return new GraphProblem(status, code, sentenceOf(refused), headers);
}

/** The same as one schedule's `error`. */
export const freeBusyErrorOf = (refused: Refused): object => ({
  message: sentenceOf(refused),
  responseCode: REFUSALS[refused.reason].responseCode,
});

const sentenceOf = ({ reason, window }: Refused): string =>
  window === undefined
    ? REFUSALS[reason].message
    : `${REFUSALS[reason].message} Ask from ${toRfc3339(window.start)} to ${toRfc3339(window.end)}.`;
