/** Which operation a request at the Graph door asks for. */
import { cached } from "../../shared/domain/cached.js";

export const OPERATIONS = [
  "calendarView",
  "calendars",
  "mailboxSettings",
  "timeZone",
  "createSubscription",
  "listSubscriptions",
  "getSubscription",
  "renewSubscription",
  "reauthorizeSubscription",
  "deleteSubscription",
  "batch",
  "unknown",
] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface Route {
  readonly operation: Operation;
  readonly url: URL;
  /** As the caller named it: object id or address. */
  readonly mailbox?: string;
  readonly calendar?: string;
  readonly subscription?: string;
  /** Of a `$batch`: the mailboxes that its items name. */
  readonly mailboxes?: readonly string[];
}

const PATTERNS: readonly (readonly [string, RegExp, Operation])[] = [
  ["GET", /^\/v1\.0\/users\/(?<mailbox>[^/]+)\/(?:calendar\/)?calendarView$/i, "calendarView"],
  ["GET", /^\/v1\.0\/users\/(?<mailbox>[^/]+)\/calendars\/(?<calendar>[^/]+)\/calendarView$/i, "calendarView"],
  ["GET", /^\/v1\.0\/users\/(?<mailbox>[^/]+)\/calendars$/i, "calendars"],
  ["GET", /^\/v1\.0\/users\/(?<mailbox>[^/]+)\/mailboxSettings$/i, "mailboxSettings"],
  ["GET", /^\/v1\.0\/users\/(?<mailbox>[^/]+)\/mailboxSettings\/timeZone$/i, "timeZone"],
  ["POST", /^\/v1\.0\/subscriptions$/i, "createSubscription"],
  ["GET", /^\/v1\.0\/subscriptions$/i, "listSubscriptions"],
  ["GET", /^\/v1\.0\/subscriptions\/(?<subscription>[^/]+)$/i, "getSubscription"],
  ["PATCH", /^\/v1\.0\/subscriptions\/(?<subscription>[^/]+)$/i, "renewSubscription"],
  ["POST", /^\/v1\.0\/subscriptions\/(?<subscription>[^/]+)\/reauthorize$/i, "reauthorizeSubscription"],
  ["DELETE", /^\/v1\.0\/subscriptions\/(?<subscription>[^/]+)$/i, "deleteSubscription"],
  ["POST", /^\/v1\.0\/\$batch$/i, "batch"],
];

/** "unknown" where nothing fits. Names in the path are decoded: an id's "/" must have come as %2F. */
export function routeOf(method: string, url: URL): Route {
  return { ...cached(routes, `${method} ${url.pathname}`, ROUTES_MAX, () => newRoute(method, url)), url };
}

/** The same few paths are asked for again and again. */
const ROUTES_MAX = 10_000;
const routes = new Map<string, Omit<Route, "url">>();

function newRoute(method: string, url: URL): Omit<Route, "url"> {
  const path = url.pathname.replace(/^\/v1\.0\/%24batch$/i, "/v1.0/$batch");
  for (const [verb, pattern, operation] of PATTERNS) {
    const match = verb === method ? pattern.exec(path) : null;
    if (match !== null) return { operation, ...decoded(match.groups ?? {}) };
  }
  return { operation: "unknown" };
}

function decoded(groups: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    return {}; // a lone "%": the names stay unknown, and so does what they name
  }
}

/** The mailboxes that a URL, or a body full of URLs, names; in order, as they are written there. */
export const mailboxesIn = (text: string): string[] =>
  [...text.matchAll(/\busers\/([^/?"\\]+)/gi)].map(([, name = ""]) => decoded({ name }).name ?? name);
