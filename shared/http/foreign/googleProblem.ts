/** Errors as Google's clients expect them. https://developers.google.com/workspace/calendar/api/guides/errors */
import type { HttpResponseInit } from "@azure/functions";
import { PROBLEM_STATUS, type Problem, type ProblemCode } from "../problem.js";

const REASONS: Readonly<Record<ProblemCode, string>> = {
  invalidRequest: "invalid",
  unauthenticated: "authError",
  forbidden: "insufficientPermissions",
  notFound: "notFound",
  payloadTooLarge: "uploadTooLarge",
  staleData: "backendError",
  storageUnavailable: "backendError",
  keysUnavailable: "backendError",
  internal: "backendError",
};

/** For `onHttp`. */
export function refuseAsGoogle({ code, message, extras }: Problem): HttpResponseInit {
  const status = PROBLEM_STATUS[code];
  const errors = [{ domain: "global", reason: REASONS[code], message }];
  return {
    status,
    headers: { ...extras.headers, "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    body: JSON.stringify({ error: { code: status, message, errors } }),
  };
}
