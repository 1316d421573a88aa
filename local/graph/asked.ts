/** A request at the Graph door, read whole. Parts of a batch never are more than this. */

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly text: string;
  readonly signal: AbortSignal;
}

const NEVER = new AbortController().signal;

/** Of what is given to `fetch`. Rejects where `fetch` would. What has nothing to be read from is taken as it stands. */
export async function askedOf(input: string | URL | Request, init: RequestInit = {}): Promise<Asked> {
  const { method = "GET", headers: given, body = "", signal: end = NEVER } = init;
  if (!(input instanceof Request) && typeof body === "string" && end !== null) {
    end.throwIfAborted();
    return { method, url: new URL(input), headers: new Headers(given), text: body, signal: end };
  }
  const request = new Request(input, init);
  const { url, headers, signal } = request;
  return { method: request.method, url: new URL(url), headers, text: await request.text(), signal };
}
