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
  get(path: string): Promise<string> {
    return this.#call("GET", path);
  }

  /** As `get`. */
  post(path: string, body: string): Promise<string> {
    return this.#call("POST", path, body);
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(method: string, path: string, body = ""): Promise<string> {
    const type = body === "" ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#origin}${path}`, { method, agent: this.#agent, headers: type }, (answer) => {
        textOf(answer).then((text) => {
          if (isGood(answer)) resolve(text);
          else reject(new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`));
        }, reject);
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

const isGood = ({ statusCode = 0 }: IncomingMessage): boolean => statusCode >= 200 && statusCode < 300;

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
