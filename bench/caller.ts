/** A booking service's HTTP client at its leanest: connections are kept, nothing is parsed that is not asked for. */
import { Agent, type IncomingMessage, request } from "node:http";

const SOCKETS_MAX = 64;

export class Caller {
  readonly #origin: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX, scheduling: "lifo" });

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** The answer's text. Rejects for every status but 2xx. */
  async get(path: string): Promise<string> {
    return (await this.#call("GET", path)).text;
  }

  /** As `get`. */
  async post(path: string, body: string): Promise<string> {
    return (await this.#call("POST", path, { body })).text;
  }

  /** What names this answer. */
  async tagOf(path: string): Promise<string> {
    return (await this.#call("GET", path)).tag;
  }

  /** Rejects where the answer is another one than the tag names. */
  async getIfChanged(path: string, tag: string): Promise<void> {
    await this.#call("GET", path, { tag });
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(method: string, path: string, { body = "", tag }: { body?: string; tag?: string } = {}): Promise<Answer> {
    const type = body === "" ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const headers = { ...type, ...(tag !== undefined && { "if-none-match": tag }) };
    const isGood = ({ statusCode = 0 }: IncomingMessage): boolean =>
      tag === undefined ? statusCode >= 200 && statusCode < 300 : statusCode === 304;
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#origin}${path}`, { method, agent: this.#agent, headers }, (answer) => {
        textOf(answer).then((text) => {
          if (isGood(answer)) resolve({ text, tag: answer.headers.etag ?? "" });
          else reject(new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`));
        }, reject);
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

interface Answer {
  readonly text: string;
  readonly tag: string;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
