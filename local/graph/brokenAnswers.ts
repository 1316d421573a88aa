/** Faults that hold for every operation: before anything is done, and on the way back. */
import { type Answer, ConnectionLost, GraphFailure, html } from "./answers.js";
import type { Asked } from "./asked.js";
import type { FaultsMet } from "./faults.js";
import type { Surroundings } from "./surroundings.js";

/** What happens instead of the operation; `undefined`: nothing, go on. */
export async function faultBefore(
  faults: FaultsMet,
  asked: Asked,
  surroundings: Surroundings,
): Promise<Answer | undefined> {
  const latency = faults.get("latency");
  if (latency !== undefined) await delayed(latency.ms + latency.jitterMs * surroundings.random(), asked, surroundings);
  if (faults.get("hang") !== undefined) await hang(asked);
  if (faults.get("unreachable") !== undefined) throw new ConnectionLost();
  const throttled = faults.get("throttled");
  if (throttled !== undefined)
    throw new GraphFailure(429, throttled.code, "Please retry again later.", retryAfter(throttled, surroundings.now()));
  const error = faults.get("error");
  if (error !== undefined) return anyError(error);
  const later = faults.get("secondPageFails");
  if (later !== undefined) throw new GraphFailure(later.status, "UnknownError", "");
  return faults.get("html") === undefined ? undefined : html(200);
}

/** The answer as it arrives. */
export function faultAfter(faults: FaultsMet, answer: Answer): Answer {
  if (faults.get("answerLost") !== undefined) throw new ConnectionLost();
  const { status, headers, text } = answer;
  if (status >= 300 || status === 204) return answer;
  if (faults.get("truncatedJson") !== undefined)
    return { status, headers, text: text.slice(0, Math.floor(text.length * 0.6)) };
  if (faults.get("noValue") !== undefined) return { ...answer, text: `{"@odata.context":"…"}` };
  if (faults.get("noContentType") === undefined) return answer;
  const { "Content-Type": _, ...others } = headers;
  return { status, headers: others, text };
}

/** Rejects like `fetch` when the caller gives up while waiting. */
async function delayed(ms: number, { signal }: Asked, { sleep }: Surroundings): Promise<void> {
  await sleep(ms, signal);
  signal.throwIfAborted();
}

/** Nothing else refers to a request that waits for nothing but its own signal: collected, it would never be aborted. */
const hanging = new Set<Asked>();

async function hang(asked: Asked): Promise<void> {
  hanging.add(asked);
  try {
    await aborted(asked.signal);
  } finally {
    hanging.delete(asked);
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

type ErrorFault = NonNullable<ReturnType<typeof getError>>;
const getError = (faults: FaultsMet) => faults.get("error");

function anyError({ status, code, message, retryAfter: wait, body }: ErrorFault): Answer {
  const headers: Record<string, string> = wait === undefined ? {} : { "Retry-After": wait };
  switch (body) {
    case "json":
      throw new GraphFailure(status, code, message, headers);
    case "html":
      return html(status, headers);
    case "text":
      return { status, headers: { "Content-Type": "text/plain", ...headers }, text: "Service unavailable" };
    case "empty":
      return { status, headers, text: "" };
    default:
      return body satisfies never;
  }
}

type ThrottledFault = NonNullable<ReturnType<typeof getThrottled>>;
const getThrottled = (faults: FaultsMet) => faults.get("throttled");

/** All four forms were seen: https://github.com/microsoftgraph/microsoft-graph-docs/issues/3877 */
function retryAfter({ retryAfter: form, seconds }: ThrottledFault, now: number): Record<string, string> {
  switch (form) {
    case "seconds":
      return { "Retry-After": String(Math.ceil(seconds)) };
    case "decimal":
      return { "Retry-After": seconds.toFixed(3) };
    case "date":
      return { "Retry-After": new Date(now + seconds * 1_000).toUTCString() };
    case "none":
      return {};
    default:
      return form satisfies never;
  }
}
