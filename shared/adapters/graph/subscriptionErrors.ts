/** What Graph's refusals of a subscription mean. */
import type { SubscriptionFailure } from "../../domain/ports.js";
import type { GraphAnswer, NoAnswer } from "./graphClient.js";
import { detailOf, errorOf, retryAfter } from "./graphErrors.js";

/** Source: seen in public reports; the code alone does not tell our own endpoint's trouble from other bad requests. */
const HANDSHAKE = /validation request|notification endpoint/i;
const SEEN_STATUS = /HTTP status code is '(\w{1,32})'/i;
const INNER_STATUS = /Status Code:\s*(\w+)/i;

/** After a POST: an answer that leaves open whether it took effect is `ambiguous` [S7]. */
export function creationFailure(answer: GraphAnswer | NoAnswer, now: number): SubscriptionFailure {
  if (answer.kind === "none") return { kind: answer.sent ? "ambiguous" : "failed", detail: answer.detail };
  const { code, message } = errorOf(answer.body);
  const detail = detailOf(answer);
  if (code.toLowerCase() === "extensionerror") return extensionFailure(message, detail);
  if (answer.status === 400 && HANDSHAKE.test(message)) {
    const seen = SEEN_STATUS.exec(message)?.[1];
    return { kind: "handshake", detail: seen === undefined ? detail : `${detail}, Graph saw ${seen}` };
  }
  if (answer.status === 429) return failed(answer, now);
  if (answer.status >= 500 || answer.status < 400) return { kind: "ambiguous", detail };
  return answer.status === 401 || answer.status === 408 || answer.status === 409
    ? failed(answer, now)
    : { kind: "refused", detail };
}

/** After a PATCH or DELETE, which may be repeated without harm. */
export function changeFailure(answer: GraphAnswer | NoAnswer, now: number): SubscriptionFailure {
  if (answer.kind === "none") return { kind: "failed", detail: answer.detail };
  const { code, message } = errorOf(answer.body);
  const isExtension = code.toLowerCase() === "extensionerror";
  const isGone = answer.status === 404 || (isExtension && innerStatus(message) === "notfound");
  return isGone ? { kind: "gone", detail: detailOf(answer) } : failed(answer, now);
}

/** The service behind Graph speaks inside the message; the HTTP status varies and means nothing. */
function extensionFailure(message: string, detail: string): SubscriptionFailure {
  const inner = innerStatus(message);
  const isFinal = inner === "notfound" || inner === "forbidden";
  return { kind: isFinal ? "refused" : "failed", detail: inner === "" ? detail : `${detail}, inside: ${inner}` };
}

const innerStatus = (message: string): string => INNER_STATUS.exec(message)?.[1]?.toLowerCase() ?? "";

function failed(answer: GraphAnswer, now: number): SubscriptionFailure {
  const retryAfterSeconds = retryAfter(answer.headers, now);
  return { kind: "failed", detail: detailOf(answer), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}
