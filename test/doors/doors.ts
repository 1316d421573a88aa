/** The doors made for other people's clients, over the product in one process: requests in, answers out. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from "@azure/functions";
import { ANNA } from "../../local/graph/testBed.js";
import type { CalendarId } from "../../shared/domain/calendarId.js";
import { MINUTE_MS } from "../../shared/domain/time.js";
import { googleFreeBusy } from "../../shared/http/foreign/googleFreeBusy.js";
import { refuseAsGoogle } from "../../shared/http/foreign/googleProblem.js";
import { graphDoor } from "../../shared/http/foreign/graphDoor.js";
import { refuseAsGraph } from "../../shared/http/foreign/graphProblem.js";
import type { Reading } from "../../shared/http/foreign/reading.js";
import { answered } from "../../shared/http/onHttp.js";
import { TENANT } from "../graphBed.js";
import { openService, type Service } from "../service.js";

export interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Goes out as it is where it is text, else as JSON. */
  readonly body?: unknown;
}

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
}

/** `path` with its query, from below the door on. */
export type Ask = (path: string, sent?: Sent) => Promise<Told>;

export interface Doors {
  readonly service: Service;
  readonly id: CalendarId;
  readonly graph: Ask;
  readonly google: Ask;
  /** The same as another consumer. */
  as(consumer: string): { readonly graph: Ask; readonly google: Ask };
}

export const MAX_AGE_MS = 20 * MINUTE_MS;
const ORIGIN = "http://127.0.0.1:7071";

/** ANNA's calendar is watched by "booking", and read. It is the 1st of December 2026, noon. */
export async function openDoors(events: readonly object[] = []): Promise<Doors> {
  const service = openService();
  service.sim.outlook.addMailbox({ address: ANNA, timeZone: "UTC" });
  for (const event of events) service.sim.outlook.addEvent(ANNA, "primary", event as { start: string; end: string });
  const id = await service.watched(ANNA);
  return { service, id, ...doorsFor(service, "booking"), as: (consumer) => doorsFor(service, consumer) };
}

function doorsFor({ deps }: Service, consumer: string) {
  const reader = { consumer, seesAll: false };
  const reading: Reading = { deps, reader, tenantId: TENANT, maxAgeMs: MAX_AGE_MS };
  return {
    graph: asking("/api/graph/v1.0/", (request, context) =>
      answered(
        context,
        () => graphDoor(request, reading, context),
        (problem) => refuseAsGraph(problem, request, context),
      ),
    ),
    google: asking("/api/google/calendar/v3/", (request, context) =>
      answered(context, () => googleFreeBusy(request, reading), refuseAsGoogle),
    ),
  };
}

type Handle = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>;

const asking =
  (door: string, handle: Handle): Ask =>
  async (path, { method = "GET", headers = {}, body } = {}) => {
    const context = new InvocationContext({ invocationId: "invocation-1", logHandler: () => undefined });
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const request = new HttpRequest({
      method,
      url: `${ORIGIN}${door}${path}`,
      headers,
      ...(text !== undefined && method !== "GET" && { body: { string: text } }),
    });
    const { status = 200, headers: told = {}, jsonBody, body: raw } = await handle(request, context);
    return {
      status,
      headers: told as Readonly<Record<string, string>>,
      body: jsonBody === undefined ? JSON.parse(String(raw)) : JSON.parse(JSON.stringify(jsonBody)),
    };
  };
