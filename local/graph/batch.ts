/** POST /$batch. https://learn.microsoft.com/graph/json-batching */
import { z } from "zod";
import { type Answer, GraphFailure, jsonText, WEB_PAGE } from "./answers.js";
import type { Asked } from "./asked.js";
import type { FaultsMet } from "./faults.js";
import { BATCH_CONCURRENCY, BATCH_ITEMS_MAX } from "./limits.js";
import { mailboxesIn } from "./route.js";
import { type Surroundings, shuffled } from "./surroundings.js";

const Batch = z.object({
  requests: z.array(
    z.object({
      id: z.string().min(1),
      method: z.string().min(1),
      url: z.string().min(1),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown().optional(),
    }),
  ),
});
type Item = z.output<typeof Batch>["requests"][number];

interface Answered {
  readonly item: Item;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As JSON; absent where there is no body. */
  readonly body?: string;
}

/** Answers one item; the same door as for single requests. */
export type Single = (asked: Asked) => Promise<Answer>;

/** What a batch needs of the door behind it. */
export interface BatchDoor {
  readonly single: Single;
  readonly isSameMailbox: (a: string, b: string) => boolean;
  readonly surroundings: Surroundings;
}

export async function batch(envelope: Asked, body: unknown, faults: FaultsMet, door: BatchDoor): Promise<Answer> {
  const answers = shuffled(await answeredAll(parseItems(body), envelope, door), door.surroundings.random);
  const missing = faults.get("batchMissing");
  const lost = missing && victim(answers, missing.mailbox, door);
  const malformed = faults.get("batchMalformed");
  const broken = malformed && victim(answers, malformed.mailbox, door);
  const shownOnes = answers
    .filter((answer) => answer !== lost)
    .map((answer) => (answer === broken ? unquoted(answer) : shown(answer)));
  return jsonText(200, `{"responses":[${shownOnes.join(",")}]}`);
}

/** In the order in which they ended. The workers share one iterator: whoever is free takes the next item. */
async function answeredAll(items: readonly Item[], envelope: Asked, door: BatchDoor): Promise<Answered[]> {
  const answers: Answered[] = [];
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) answers.push(await answered(item, envelope, door.single, door.surroundings.baseUrl()));
  };
  await Promise.all(Array.from({ length: BATCH_CONCURRENCY }, worker));
  return answers;
}

function parseItems(body: unknown): Item[] {
  const parsed = Batch.safeParse(body);
  if (!parsed.success) throw new GraphFailure(400, "BadRequest", "Invalid batch payload format.");
  const { requests } = parsed.data;
  if (requests.length > BATCH_ITEMS_MAX) {
    const message = `Number of batch request steps exceeds the maximum value of ${BATCH_ITEMS_MAX}.`;
    throw new GraphFailure(400, "MaximumValueExceeded", message);
  }
  const ids = new Set(requests.map(({ id }) => id.toLowerCase()));
  if (ids.size !== requests.length) throw new GraphFailure(400, "BadRequest", "Request ids must be unique.");
  if (requests.some(({ url }) => /^[a-z]+:/i.test(url)))
    throw new GraphFailure(400, "BadRequest", "URLs must be relative.");
  return requests;
}

async function answered(item: Item, envelope: Asked, single: Single, baseUrl: string): Promise<Answered> {
  try {
    return asAnswered(item, await single(inner(item, envelope, baseUrl)));
  } catch (error) {
    envelope.signal.throwIfAborted();
    if (!(error instanceof TypeError)) throw error;
    // A connection that breaks behind the gateway.
    return { item, status: 504, headers: {}, body: `{"error":{"code":"UnknownError","message":""}}` };
  }
}

/** The item as a request of its own. Only the token comes from the envelope; `Prefer` counts per item. */
function inner(item: Item, envelope: Asked, baseUrl: string): Asked {
  const headers = new Headers(item.headers);
  const token = envelope.headers.get("Authorization");
  if (token !== null && !headers.has("Authorization")) headers.set("Authorization", token);
  const method = item.method.toUpperCase();
  const hasBody = item.body !== undefined && method !== "GET" && method !== "HEAD";
  const text = hasBody ? JSON.stringify(item.body) : "";
  const url = new URL(`${baseUrl}/v1.0/${item.url.replace(/^\//, "")}`);
  return { method, url, headers, text, signal: envelope.signal };
}

function asAnswered(item: Item, answer: Answer): Answered {
  const { "Content-Type": type, "Retry-After": wait } = answer.headers;
  const headers = {
    ...(type !== undefined && { "Content-Type": type }),
    ...(wait !== undefined && { "Retry-After": wait }),
  };
  const answered = { item, status: answer.status, headers };
  return answer.text === "" ? answered : { ...answered, body: bodyOf(answer) };
}

/** JSON as an object, text as a string, anything else base64url (OData 4.01, batch responses). */
function bodyOf({ headers: { "Content-Type": type = "" }, text, isJson }: Answer): string {
  if (isJson) return text;
  // Cut JSON stays what it is, too: a string that is no answer.
  return JSON.stringify(/^text\/|json/i.test(type) ? text : Buffer.from(text).toString("base64url"));
}

const shown = ({ item, status, headers, body }: Answered): string => {
  const content = body === undefined ? "" : `,"body":${body}`;
  return `{"id":${JSON.stringify(item.id)},"status":${status},"headers":${JSON.stringify(headers)}${content}}`;
};

/** Whom a fault of the whole batch strikes: the item of its mailbox; without one, a failed item, else any. */
function victim(answers: readonly Answered[], mailbox: string | undefined, door: BatchDoor): Answered | undefined {
  if (mailbox === undefined) return answers.find(({ status }) => status >= 400) ?? answers[0];
  return answers.find(({ item }) => mailboxesIn(item.url).some((name) => door.isSameMailbox(name, mailbox)));
}

/** The known fault: https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/2661 */
const unquoted = ({ item }: Answered): string =>
  `{"id":${JSON.stringify(item.id)},"status":503,"headers":{},"body":${WEB_PAGE}}`;
