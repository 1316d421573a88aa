/** The app's answers, every field of each: one more or one less fails. And the calls that give them. */
import { expect } from "vitest";
import * as z from "zod";
import { Availability, type CalendarAvailability } from "../../shared/http/answers/availability.js";
import { CalendarExplanation, CalendarList } from "../../shared/http/answers/calendars.js";
import { PROBLEMS } from "../../shared/http/answers/problems.js";
import { SlotsAnswer } from "../../shared/http/answers/slots.js";
import { UnwatchAnswer, WatchAnswer } from "../../shared/http/answers/watches.js";
import type { Api } from "./api.js";

export type CalendarAnswer = z.output<typeof CalendarAvailability>;
export type AvailabilityAnswer = z.output<typeof Availability>;

/** `staleData` carries the whole answer. */
export const StaleProblem = PROBLEMS.staleData;
const Problem = z.union(Object.values(PROBLEMS));

const pointersOf = (told: z.output<typeof Problem>): string[] =>
  "errors" in told ? (told.errors ?? []).map(({ pointer }) => pointer) : [];

/** What the app says of a request that it cannot serve; fails unless it is a problem with this status. */
export function problem({ status, headers, body }: Awaited<ReturnType<Api["call"]>>, wanted: number) {
  expect({ status, type: headers.get("content-type") }).toEqual({ status: wanted, type: "application/problem+json" });
  const told = Problem.parse(body);
  expect(told.status).toBe(wanted);
  return { code: told.code, detail: told.detail, pointers: pointersOf(told) };
}

async function done<T>(schema: z.ZodType<T>, answer: ReturnType<Api["call"]>): Promise<T> {
  const { status, body, text } = await answer;
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return schema.parse(body);
}

export const availability = (api: Api, request: object): Promise<AvailabilityAnswer> =>
  done(Availability, api.post("/api/availability", request));

export const availabilityOf = (api: Api, query: string): Promise<AvailabilityAnswer> =>
  done(Availability, api.get(`/api/availability?${query}`));

/** The only calendar of an answer. */
export async function calendar(api: Api, request: object): Promise<CalendarAnswer> {
  const [first] = (await availability(api, request)).calendars;
  if (first === undefined) throw new Error("an answer without a calendar");
  return first;
}

export const slots = (api: Api, request: object) => done(SlotsAnswer, api.post("/api/slots", request));

export const watch = (api: Api, ...calendars: readonly object[]) =>
  done(WatchAnswer, api.post("/api/watch", { calendars })).then((answer) => answer.calendars);

export const unwatch = (api: Api, ...calendars: readonly object[]) =>
  done(UnwatchAnswer, api.post("/api/unwatch", { calendars })).then((answer) => answer.calendars);

export const listed = (api: Api, query = "") => done(CalendarList, api.get(`/api/calendars${query}`));

export const explain = (api: Api, id: string) => done(CalendarExplanation, api.get(`/api/calendars/${id}`));

export const refreshNow = (api: Api, id: string) => api.post(`/api/calendars/${id}/refresh`, {});
