/** Errors as callers see them: RFC 9457, with a stable `code` [A8]. */
import type { HttpResponseInit } from "@azure/functions";

export const PROBLEM_STATUS = {
  invalidRequest: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  payloadTooLarge: 413,
  staleData: 503,
  storageUnavailable: 503,
  keysUnavailable: 503,
  internal: 500,
} as const;
export type ProblemCode = keyof typeof PROBLEM_STATUS;

export const TITLES: Readonly<Record<ProblemCode, string>> = {
  invalidRequest: "The request is not valid",
  unauthenticated: "No valid credentials",
  forbidden: "Not allowed",
  notFound: "Not found",
  payloadTooLarge: "Too much in one request",
  staleData: "Not fresh enough",
  storageUnavailable: "Storage is not available now",
  keysUnavailable: "Credentials cannot be checked",
  internal: "Internal error",
};

/** One thing wrong with one field, and what to do about it. `pointer`: RFC 6901 into the body, or `/name` of a parameter. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

interface Extras {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Thrown by whatever finds it; the one place that answers HTTP turns it into the answer. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extras: Extras;

  constructor(code: ProblemCode, detail: string, extras: Extras = {}) {
    super(detail);
    this.code = code;
    this.extras = extras;
  }
}

/** Enough to see what is wrong; thousands of wrong items are not answered with thousands of sentences. */
const ERRORS_MAX = 20;

export function invalid(all: readonly FieldError[]): Problem {
  const errors = all.slice(0, ERRORS_MAX);
  const sentences = errors.map(({ pointer, detail }) => `${pointer || "the body"} ${detail}`);
  return new Problem("invalidRequest", sentences.join("; "), { errors });
}

/** RFC 6901. */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** The same for a request that is too much in one of its fields. */
export const tooLarge = (pointer: string, detail: string): Problem =>
  new Problem("payloadTooLarge", `${pointer || "the body"} ${detail}`, { errors: [{ pointer, detail }] });

export function problemResponse({ code, message, extras }: Problem): HttpResponseInit {
  const status = PROBLEM_STATUS[code];
  const { errors, headers, members } = extras;
  const body = {
    type: "about:blank",
    title: TITLES[code],
    status,
    code,
    detail: message,
    ...(errors && { errors }),
    ...members,
  };
  return {
    status,
    headers: { ...headers, "content-type": "application/problem+json", "cache-control": "no-store" },
    body: JSON.stringify(body),
  };
}

/** The same for what does not exist and for what is not the caller's [A6]. */
export const notFound = (): Problem =>
  new Problem("notFound", "no calendar with this id is watched by the caller", {
    errors: [
      { pointer: "/id", detail: "is no calendar that the caller watches; watch it, and use the id in that answer" },
    ],
  });
