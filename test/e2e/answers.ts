/** The app's answers, every field of each: one more or one less fails. And the calls that give them. */
import { expect } from "vitest";
import * as z from "zod";
import type { Api } from "./api.js";

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
const Interval = z.strictObject({ start: time, end: time });
const state = z.enum(["fresh", "stale", "unknown"]);
const names = { mailbox: z.string().nullable(), calendar: z.string().nullable(), tenantId: z.string().nullable() };
const delivery = z.enum(["push", "polling", "none"]);
const common = { id: z.string(), ...names, state, reason: z.string().nullable(), asOf: time.nullable(), delivery };

const Calendar = z.strictObject({
  ...common,
  busy: z.array(Interval),
  unknown: z.array(Interval.extend({ reason: z.string() })),
  blocks: z.array(Interval.extend({ status: z.string(), allDay: z.boolean() })).optional(),
  view: z.string().optional(),
});
export type CalendarAnswer = z.output<typeof Calendar>;

const Combined = z.strictObject({
  state,
  asOf: time.nullable(),
  busy: z.array(Interval),
  unknown: z.array(Interval),
  free: z.array(Interval),
});
const answered = { start: time, end: time, calendars: z.array(Calendar), combined: Combined.optional() };
const Availability = z.strictObject(answered);
export type Availability = z.output<typeof Availability>;

const Slots = z.strictObject({
  slots: z.array(Interval.extend({ calendars: z.array(z.string()) })),
  unknown: z.array(Interval),
  state,
  asOf: time.nullable(),
});

const ProblemBody = {
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
};
const Problem = z.strictObject(ProblemBody);
/** `staleData` carries the whole answer. */
export const StaleProblem = z.strictObject({ ...ProblemBody, ...answered });

const Watched = z.strictObject({
  calendars: z.array(
    z.strictObject({
      id: z.string(),
      ...names,
      created: z.boolean().optional(),
      error: z.strictObject({ code: z.string(), detail: z.string() }).optional(),
    }),
  ),
});
const Unwatched = z.strictObject({
  calendars: z.array(
    z.strictObject({
      id: z.string(),
      mailbox: z.string().optional(),
      calendar: z.string().optional(),
      tenantId: z.string().optional(),
      removed: z.number().optional(),
      remaining: z.number().optional(),
      error: z.strictObject({ code: z.string(), detail: z.string() }).optional(),
    }),
  ),
});
const Listed = z.strictObject({ calendars: z.array(z.strictObject(common)), cursor: z.string().nullable() });

const Explained = z.strictObject({
  ...common,
  window: Interval.nullable(),
  counts: z.strictObject({ events: z.number(), blocks: z.number().nullable(), bytes: z.number() }).nullable(),
  changedAt: time.nullable(),
  timeZone: z.strictObject({ used: z.array(z.string()), from: z.string(), mailbox: z.string().nullable() }),
  watches: z.array(z.strictObject({ consumer: z.string(), reference: z.string(), timeZone: z.string().nullable() })),
  subscription: z.strictObject({
    state: z.string(),
    id: z.string().nullable(),
    expiresAt: time.nullable(),
    renewAt: time.nullable(),
    failures: z.number(),
    lastError: z.string().nullable(),
    nextTryAt: time.nullable(),
    removing: z.number(),
    dueAt: time.nullable(),
  }),
  lastNotificationAt: time.nullable(),
  lastRefresh: z
    .strictObject({
      at: time,
      why: z.string(),
      outcome: z.string(),
      durationMs: z.number(),
      pages: z.number(),
      events: z.number(),
    })
    .nullable(),
  failures: z.number(),
  crashes: z.number(),
  lastError: z.string().nullable(),
  notBefore: time.nullable(),
  nextRefreshDueAt: time,
});

/** What the app says of a request that it cannot serve; fails unless it is a problem with this status. */
export function problem({ status, headers, body }: Awaited<ReturnType<Api["call"]>>, wanted: number) {
  expect({ status, type: headers.get("content-type") }).toEqual({ status: wanted, type: "application/problem+json" });
  const told = Problem.parse(body);
  expect(told.status).toBe(wanted);
  return { code: told.code, detail: told.detail, pointers: (told.errors ?? []).map(({ pointer }) => pointer) };
}

async function done<T>(schema: z.ZodType<T>, answer: ReturnType<Api["call"]>): Promise<T> {
  const { status, body, text } = await answer;
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return schema.parse(body);
}

export const availability = (api: Api, request: object): Promise<Availability> =>
  done(Availability, api.post("/api/availability", request));

export const availabilityOf = (api: Api, query: string): Promise<Availability> =>
  done(Availability, api.get(`/api/availability?${query}`));

/** The only calendar of an answer. */
export async function calendar(api: Api, request: object): Promise<CalendarAnswer> {
  const [first] = (await availability(api, request)).calendars;
  if (first === undefined) throw new Error("an answer without a calendar");
  return first;
}

export const slots = (api: Api, request: object) => done(Slots, api.post("/api/slots", request));

export const watch = (api: Api, ...calendars: readonly object[]) =>
  done(Watched, api.post("/api/watch", { calendars })).then((answer) => answer.calendars);

export const unwatch = (api: Api, ...calendars: readonly object[]) =>
  done(Unwatched, api.post("/api/unwatch", { calendars })).then((answer) => answer.calendars);

export const listed = (api: Api, query = "") => done(Listed, api.get(`/api/calendars${query}`));

export const explain = (api: Api, id: string) => done(Explained, api.get(`/api/calendars/${id}`));

export const refreshNow = (api: Api, id: string) => api.post(`/api/calendars/${id}/refresh`, {});
