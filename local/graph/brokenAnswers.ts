/** Faults that hold for every operation: before anything is done, and on the way back. */
import { ConnectionLost, GraphFailure, html } from "./answers.js";
import type { FaultsMet } from "./faults.js";
import type { Surroundings } from "./surroundings.js";

/** What happens instead of the operation; `undefined`: nothing, go on. */
export async function faultBefore(
  faults: FaultsMet,
  request: Request,
  surroundings: Surroundings,
): Promise<Response | undefined> {
  const latency = faults.get("latency");
  if (latency !== undefined)
    await delayed(latency.ms + latency.jitterMs * surroundings.random(), request, surroundings);
  if (faults.get("hang") !== undefined) await hang(request);
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
export async function faultAfter(faults: FaultsMet, response: Response): Promise<Response> {
  if (faults.get("answerLost") !== undefined) throw new ConnectionLost();
  const { status } = response;
  if (status >= 300 || status === 204) return response;
  const headers = new Headers(response.headers);
  if (faults.get("truncatedJson") !== undefined) {
    const text = await response.text();
    return new Response(text.slice(0, Math.floor(text.length * 0.6)), { status, headers });
  }
  if (faults.get("noValue") !== undefined) return new Response(`{"@odata.context":"…"}`, { status, headers });
  if (faults.get("noContentType") === undefined) return response;
  headers.delete("Content-Type");
  // Bytes: a string would bring a Content-Type of its own.
  return new Response(await response.bytes(), { status, headers });
}

/** Rejects like `fetch` when the caller gives up while waiting. */
async function delayed(ms: number, { signal }: Request, { sleep }: Surroundings): Promise<void> {
  await sleep(ms, signal);
  signal.throwIfAborted();
}

/** Nothing else refers to a request that waits for nothing but its own signal: collected, it would never be aborted. */
const hanging = new Set<Request>();

async function hang(request: Request): Promise<void> {
  hanging.add(request);
  try {
    await aborted(request.signal);
  } finally {
    hanging.delete(request);
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

type ErrorFault = NonNullable<ReturnType<typeof getError>>;
const getError = (faults: FaultsMet) => faults.get("error");

function anyError({ status, code, message, retryAfter: wait, body }: ErrorFault): Response {
  const headers: Record<string, string> = wait === undefined ? {} : { "Retry-After": wait };
  switch (body) {
    case "json":
      throw new GraphFailure(status, code, message, headers);
    case "html":
      return html(status, headers);
    case "text":
      return new Response("Service unavailable", { status, headers: { "Content-Type": "text/plain", ...headers } });
    case "empty":
      return new Response(null, { status, headers });
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
