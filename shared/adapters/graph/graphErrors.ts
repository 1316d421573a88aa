/** What Graph's answers mean. The one place that knows its status and error codes. */
import * as z from "zod";
import type { GraphFailure } from "../../domain/ports.js";
import type { GraphAnswer } from "./graphClient.js";

/** An answer, or one part of a `$batch`. */
export type Answered = Pick<GraphAnswer, "status" | "headers" | "body">;

export interface GraphErrorBody {
  readonly code: string;
  /** Graph's own text: may name people, so it is looked into and never kept. */
  readonly message: string;
}

const ErrorBody = z.object({
  error: z.object({
    code: z.string().nullish(),
    message: z.string().nullish(),
    innerError: z.object({ "request-id": z.string().nullish() }).nullish(),
  }),
});

/** The error in a body; empty where it holds none. */
export function errorOf(body: unknown): GraphErrorBody {
  const { error } = ErrorBody.safeParse(body).data ?? {};
  return { code: error?.code ?? "", message: error?.message ?? "" };
}

const SAFE_CODE = /^[A-Za-z0-9_.-]{1,64}$/;

/** Status, code and request id: what support needs and nobody's name. */
export function detailOf({ status, headers, body }: Answered): string {
  const { code } = errorOf(body);
  const inBody = ErrorBody.safeParse(body).data?.error.innerError?.["request-id"];
  const requestId = headers.get("request-id") ?? inBody ?? "";
  return [`HTTP ${status}`, code, requestId && `request-id ${requestId}`]
    .filter((part) => part !== "" && part.split(" ").every((word) => SAFE_CODE.test(word)))
    .join(", ");
}

/** Source: https://learn.microsoft.com/graph/errors and what the services below Graph send. Lower case. */
const MAILBOX_NOT_FOUND = new Set([
  "mailboxnotenabledforrestapi",
  "errorinvaliduser",
  "resourcenotfound",
  "request_resourcenotfound",
]);
const TRANSIENT = new Set([401, 408, 409, 410, 423, 509]);

/**
 * Why a calendar was not read. `isPrimary`: Graph answers "item not found" for a primary calendar that it denies, and for
 * another calendar that is gone. A calendar's name that cannot be an id is that of no calendar.
 */
export function failureOf(answer: Answered, isPrimary: boolean, now: number): GraphFailure {
  const { status } = answer;
  const detail = detailOf(answer);
  const code = errorOf(answer.body).code.toLowerCase();
  const retryAfterSeconds = retryAfter(answer.headers, now);
  const isThrottled = status === 429 || (status >= 500 && retryAfterSeconds !== undefined);
  if (isThrottled) return { kind: "throttled", detail, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  if (status === 403 || code === "organizationfromtenantguidnotfound")
    return { kind: "blocked", reason: "accessDenied", detail };
  if (status === 404) return { kind: "blocked", reason: reasonOf404(code, isPrimary), detail };
  if (code === "errorinvalididmalformed" && !isPrimary) return { kind: "blocked", reason: "calendarNotFound", detail };
  if (TRANSIENT.has(status) || status >= 500 || status < 400 || (status === 400 && code === ""))
    return { kind: "transient", detail };
  return { kind: "blocked", reason: "unreadable", detail };
}

function reasonOf404(code: string, isPrimary: boolean) {
  if (MAILBOX_NOT_FOUND.has(code)) return "mailboxNotFound";
  if (!isPrimary) return "calendarNotFound";
  return code === "erroritemnotfound" ? "accessDenied" : "mailboxNotFound";
}

/**
 * Whole seconds, rounded up, at least 1; `undefined` where Graph gave none that can be read. It comes as seconds, with
 * decimals at times, or as a date, against the answer's own `Date` where it has one.
 */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (!text) return undefined;
  const given = Number(text);
  const seconds = Number.isFinite(given)
    ? given
    : (Date.parse(text) - (Date.parse(headers.get("date") ?? "") || now)) / 1_000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : undefined;
}
