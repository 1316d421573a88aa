/** Answers what the check of a deployment asks of Azure: the app's master key, and what the app has logged. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AzurePlace } from "../../deploy/azure.js";

const GROUP = "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/rg-availability";
const APP = `${GROUP}/providers/Microsoft.Web/sites/func-availability`;
const WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/log-availability`;
const TOKEN = "a token of the deployer's";

export interface AzureStandIn extends AsyncDisposable {
  readonly place: AzurePlace;
}

/** As Log Analytics refuses a query: the codes from the outermost to the innermost, and the innermost's message. */
export interface QueryRefusal {
  readonly codes: readonly [string, ...string[]];
  readonly message: string;
}

/** `logged`: the app's log lines so far, of which completed sweeps are found; or why the query is refused. */
export async function startAzureStandIn(
  masterKey: string,
  logged: () => readonly string[] | QueryRefusal,
): Promise<AzureStandIn> {
  const server = createServer((request, response) => {
    const { status, body } = answerOf(request, masterKey, logged());
    send(response, status, body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    place: {
      appId: APP,
      workspaceId: WORKSPACE,
      managementUrl: url,
      logsUrl: url,
      token: () => Promise.resolve(TOKEN),
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function answerOf(
  { url, method, headers }: IncomingMessage,
  masterKey: string,
  logged: readonly string[] | QueryRefusal,
) {
  if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: {} };
  if (method === "POST" && url?.startsWith(`${APP}/host/default/listkeys?api-version=`))
    return { status: 200, body: { masterKey, functionKeys: {}, systemKeys: {} } };
  if (method === "POST" && url === `/v1${WORKSPACE}/query`)
    return "codes" in logged
      ? { status: 400, body: { error: errorOf(logged) } }
      : { status: 200, body: { tables: [{ name: "PrimaryResult", columns: [], rows: sweepsIn(logged) }] } };
  return { status: 404, body: {} };
}

const errorOf = ({ codes: [code, ...inner], message }: QueryRefusal): object => {
  const [next, ...rest] = inner;
  return next === undefined
    ? { code, message }
    : { code, message: "It had some invalid properties", innererror: errorOf({ codes: [next, ...rest], message }) };
};

const sweepsIn = (lines: readonly string[]): string[][] =>
  lines.filter((line) => line.includes('"event":"sweep.completed"')).map((line) => [line]);

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify(body));
}
