/** Query parameters of `GET /availability` as the body that `POST` takes; the body's schema then checks both. */
import * as z from "zod";
import { AvailabilityBody, type AvailabilityRequest, availabilityRequest } from "./availabilityRequest.js";
import { CalendarPart, Id, Mailbox, TenantId } from "./calendarRefs.js";
import { GIVEN_TWICE, unknownName } from "./fieldMessages.js";
import { type FieldError, invalid, Problem, pointerOf, tooLarge } from "./problem.js";
import { CALENDARS_MAX, type Defaults, repairedOffset } from "./queryFields.js";

const REPEATABLE = new Set(["id", "mailbox"]);
const TIMES = ["start", "end"];
const NUMBERS = ["maxAgeSeconds", "viewIntervalMinutes"];
const WORDS = ["allDay", "ifStale"];

const { start, end, blockOn, allDay, bufferMinutes, maxAgeSeconds, ifStale, detail, viewIntervalMinutes } =
  AvailabilityBody.shape;
const { before, after } = bufferMinutes.unwrap().shape;

/** What the query may hold; each is checked as the field of the body that it becomes. */
export const AVAILABILITY_PARAMETERS = {
  id: z.array(Id).optional().describe("Repeatable. This or `mailbox` is needed."),
  mailbox: z.array(Mailbox).optional().describe("Repeatable. A plus sign is written %2B."),
  calendar: CalendarPart.optional().describe("Only beside exactly one `mailbox` and no `id`."),
  tenantId: TenantId.optional().describe("Of all the mailboxes."),
  start,
  end,
  blockOn,
  allDay,
  bufferBefore: before.describe("Minutes by which every busy interval begins earlier."),
  bufferAfter: after.describe("Minutes by which every busy interval ends later."),
  maxAgeSeconds,
  ifStale,
  detail,
  viewIntervalMinutes,
  combine: z
    .union([z.enum(["all", "any"]), z.string().regex(/^[1-9]\d{0,8}$/)])
    .optional()
    .describe("Adds `combined`, as for POST; a number is how many of the distinct calendars must be free."),
} as const;
/** `code` is a function key, which the platform reads. */
const KNOWN = new Set([...Object.keys(AVAILABILITY_PARAMETERS), "code"]);

/** Errors: as `availabilityRequest`, naming the parameters as the caller wrote them, each once. */
export function availabilityOfQuery(query: URLSearchParams, defaults: Defaults): AvailabilityRequest {
  const errors = errorsOfQuery(query);
  try {
    const request = availabilityRequest(bodyOfQuery(query), defaults);
    if (errors.length === 0) return request;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "invalidRequest") throw error;
    const names = namedBy(query).map(([name]) => name);
    const ofBody = (error.extras.errors ?? []).map((one) => inQuery(one, names));
    errors.push(...ofBody.filter(({ pointer }) => !errors.some((known) => known.pointer === pointer)));
  }
  throw invalid(errors);
}

/** What a parameter should be, where that is not what the body's field should be. */
const WHOLE = [/^should be a number$/, "should be a whole number"] as const;
const SHOULD_BE: Readonly<Record<string, readonly [inBody: RegExp, inQuery: string]>> = {
  "/maxAgeSeconds": WHOLE,
  "/viewIntervalMinutes": WHOLE,
  "/bufferBefore": WHOLE,
  "/bufferAfter": WHOLE,
  "/id": [/^should be a calendar id\b.*/, "should be a calendar id, as watching returns it"],
  "/combine": [/^should be "all".*/, "should be all, any or a number"],
};

function inQuery({ pointer: inBody, detail }: FieldError, names: readonly string[]): FieldError {
  const pointer = parameterOf(inBody, names);
  const [told, instead] = SHOULD_BE[pointer] ?? [];
  return { pointer, detail: told === undefined ? detail : detail.replace(told, instead ?? "") };
}

/** A pointer into the body as the parameter that it came from; `names`: of the calendars, in their order. */
function parameterOf(pointer: string, names: readonly string[]): string {
  const [, field = "", inner = "", last = ""] = pointer.split("/");
  if (field === "calendars") return `/${last || (names[Number(inner)] ?? "mailbox")}`;
  if (field === "bufferMinutes") return inner === "after" ? "/bufferAfter" : "/bufferBefore";
  return `/${field}`;
}

/** Parameters that are unknown, given twice or contradict each other: what no body would show. */
function errorsOfQuery(query: URLSearchParams): FieldError[] {
  const names = [...new Set(query.keys())];
  const errors: FieldError[] = names.flatMap((name) => {
    if (!KNOWN.has(name)) return [{ pointer: pointerOf([name]), detail: unknownName("parameter") }];
    const isRepeated = !REPEATABLE.has(name) && query.getAll(name).length > 1;
    return isRepeated ? [{ pointer: `/${name}`, detail: GIVEN_TWICE }] : [];
  });
  if (query.has("calendar") && (query.getAll("mailbox").length !== 1 || query.has("id")))
    errors.push({ pointer: "/calendar", detail: "goes with exactly one mailbox and no id; ask for that one alone" });
  if (query.has("tenantId") && !query.has("mailbox"))
    errors.push({ pointer: "/tenantId", detail: "goes with a mailbox; leave it out, an id has its own" });
  if (!query.has("id") && !query.has("mailbox"))
    errors.push({ pointer: "/mailbox", detail: "is missing, and id too; name one of them" });
  if (query.getAll("mailbox").some((mailbox) => /\s/.test(mailbox)))
    errors.push({ pointer: "/mailbox", detail: "holds a space; a plus sign in a URL is written %2B" });
  return errors;
}

const bodyOfQuery = (query: URLSearchParams): Record<string, unknown> => ({
  calendars: calendarsOf(query),
  ...pick(query, TIMES, repairedOffset),
  ...pick(query, NUMBERS, number),
  ...pick(query, WORDS, (text) => text),
  ...pick(query, ["blockOn"], (text) =>
    text
      .split(",")
      .map((status) => status.trim())
      .filter((status) => status !== ""),
  ),
  ...pick(query, ["detail"], flag),
  ...pick(query, ["combine"], (text) => (/^\d+$/.test(text) ? { atLeast: Number(text) } : text)),
  ...bufferOf(query),
});

/** The parameters that name calendars, in the request's order, which is the answer's [A4]. */
const namedBy = (query: URLSearchParams): [name: string, value: string][] =>
  [...query].filter(([name]) => REPEATABLE.has(name));

function calendarsOf(query: URLSearchParams): unknown[] {
  const shared = pick(query, ["calendar", "tenantId"], (text) => text);
  const calendars = namedBy(query).map(([name, value]) => (name === "id" ? value : { mailbox: value, ...shared }));
  const [tooMany] = namedBy(query)[CALENDARS_MAX] ?? [];
  if (tooMany !== undefined)
    throw tooLarge(
      `/${tooMany}`,
      `should be one of at most ${CALENDARS_MAX} ids and mailboxes, not ${calendars.length}`,
    );
  return calendars;
}

function bufferOf(query: URLSearchParams): Record<string, unknown> {
  const { bufferBefore: before, bufferAfter: after } = pick(query, ["bufferBefore", "bufferAfter"], number);
  if (before === undefined && after === undefined) return {};
  return { bufferMinutes: { ...(before !== undefined && { before }), ...(after !== undefined && { after }) } };
}

function pick<T>(query: URLSearchParams, names: readonly string[], read: (text: string) => T): Record<string, T> {
  const picked: Record<string, T> = {};
  for (const name of names) {
    const text = query.get(name);
    if (text !== null) picked[name] = read(text);
  }
  return picked;
}

/** What is no number stays text, which the schema then refuses by name. */
const number = (text: string): number | string => (/^-?\d{1,9}$/.test(text) ? Number(text) : text);

function flag(text: string): boolean | string {
  if (text === "true") return true;
  return text === "false" ? false : text;
}
