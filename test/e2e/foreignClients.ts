/** Other systems' own client packages, unchanged, pointed at this app: what a booking service does that moves here. */
import { auth, calendar as googleCalendar } from "@googleapis/calendar";
import {
  type Context,
  Client as GraphClient,
  type GraphError,
  type Middleware,
  RetryHandlerOptions,
} from "@microsoft/microsoft-graph-client";

/** As Graph's client takes it: everything before the version. */
export const graphDoorOf = (url: string): string => `${url}/api/graph`;

/** Graph's client as it comes. */
export const graphClientAt = (baseUrl: string): GraphClient =>
  GraphClient.init({ baseUrl, authProvider: (done) => done(null, "a token") });

/** What Graph's client follows links to. */
const FRONT = "availability.test";

/**
 * The same for an app behind a front that ends TLS and says so, as it stands in Azure: Graph's client follows `https:`
 * links only.
 */
export function graphClientBehindFront(url: string): GraphClient {
  const front: Middleware = {
    execute: async (context: Context) => {
      const asked = new URL(String(context.request));
      if (asked.host !== FRONT) throw new Error(`a request to ${asked.host}`);
      const headers = new Headers(context.options?.headers as HeadersInit);
      headers.set("x-forwarded-proto", "https");
      headers.set("x-forwarded-host", FRONT);
      context.response = await fetch(`${url}${asked.pathname}${asked.search}`, { ...context.options, headers });
    },
  };
  return GraphClient.initWithMiddleware({ baseUrl: graphDoorOf(`https://${FRONT}`), middleware: front });
}

export interface GraphEvent {
  readonly id: string;
  readonly showAs: string;
  readonly isAllDay: boolean;
  readonly start: { readonly dateTime: string; readonly timeZone: string };
  readonly end: { readonly dateTime: string; readonly timeZone: string };
}

export interface View {
  readonly mailbox: string;
  readonly calendar?: string;
  readonly start: string;
  readonly end: string;
  readonly timeZone?: string;
}

/** The path of a view, from its user on. */
export const viewPath = ({ mailbox, calendar, start, end }: View): string => {
  const owner = `/users/${encodeURIComponent(mailbox)}`;
  const of = calendar === undefined ? owner : `${owner}/calendars/${encodeURIComponent(calendar)}`;
  return `${of}/calendarView?startDateTime=${start}&endDateTime=${end}`;
};

interface Page {
  readonly value: readonly GraphEvent[];
  readonly "@odata.nextLink"?: string;
}

/** One page of a view, as Graph's documentation has it read. */
export const readPage = (client: GraphClient, view: View, top = 1_000): Promise<Page> =>
  client
    .api(viewPath(view))
    .select("start,end,showAs,isAllDay")
    .top(top)
    .headers(view.timeZone === undefined ? {} : { Prefer: `outlook.timezone="${view.timeZone}"` })
    .get();

/** What tells when somebody is busy, in an order of its own: Graph has none. */
export const timesOf = (events: readonly GraphEvent[]): string[] =>
  events.map(({ start, end, showAs, isAllDay }) => JSON.stringify({ start, end, showAs, isAllDay })).sort();

/** What the client throws; fails where it does not. Its own retries are left out: they wait for seconds. */
export async function refusalOf(request: ReturnType<GraphClient["api"]>): Promise<GraphError> {
  try {
    await request.middlewareOptions([new RetryHandlerOptions(undefined, 0)]).get();
  } catch (error) {
    return error as GraphError;
  }
  throw new Error("it was answered");
}

/** Google's client as it comes; its calls name the root, whose path its constructor would lose. */
export function googleFreeBusyAt(url: string) {
  const caller = new auth.OAuth2();
  caller.setCredentials({ access_token: "a token" });
  const client = googleCalendar({ version: "v3", auth: caller });
  return (requestBody: object) =>
    client.freebusy.query({ requestBody }, { rootUrl: `${url}/api/google` }).then(({ data }) => data);
}
