/** A request at the Graph door, read whole. Parts of a batch never are more than this. */

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly text: string;
  readonly signal: AbortSignal;
}

/** Of what is given to `fetch`. Rejects where `fetch` would. */
export async function askedOf(input: string | URL | Request, init: RequestInit = {}): Promise<Asked> {
  const request = new Request(input, init);
  const { method, headers, signal } = request;
  return { method, url: new URL(request.url), headers, text: await request.text(), signal };
}
