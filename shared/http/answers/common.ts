/** What several answers have in common. Answers are strict: a field more or less than here is a fault. */
import * as z from "zod";
import { DELIVERIES, UNKNOWN_REASONS } from "../../domain/answer.js";
import { Id } from "../calendarRefs.js";

export const Instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/)
  .meta({ format: "date-time" });

export const Interval = z
  .strictObject({ start: Instant, end: Instant })
  .meta({ id: "Interval", description: "Half-open: `end` is the first instant that is not in it." });

export const Delivery = z.enum(DELIVERIES).meta({
  id: "Delivery",
  description: "How changes come in: told by Graph, found by the timer, not at all.",
});

const REASONS = [
  "Why nothing is known of a calendar.",
  "`neverRefreshed`: watched, but not read yet; a new watch normally is after a second.",
  "`notWatched`: the caller does not watch it, whether or not it exists.",
  "`mailboxNotFound`, `calendarNotFound`: Graph knows no such mailbox or calendar.",
  "`accessDenied`: the app may not read it.",
  "`tooManyEvents`: more of them within the horizon than are kept.",
  "`unreadable`: what Graph answered or what is stored could not be understood.",
  "`tooOld`: it was read, but over 24 hours ago.",
];

export const UnknownReason = z.enum(UNKNOWN_REASONS).meta({ id: "UnknownReason", description: REASONS.join(" ") });

export const Name = {
  mailbox: z.string().nullable().describe("Null where the caller named only an id that it does not watch."),
  calendar: z.string().nullable().describe("`primary` or a Graph calendar id."),
  tenantId: z.string().nullable(),
};

export const Identity = { id: Id, ...Name };

/** An answer that knows the calendar's names. */
export const Named = { id: Id, mailbox: z.string(), calendar: z.string(), tenantId: z.string() };

export const AsOf = Instant.describe("Every change up to then is in the answer; later ones may be.");

/** What differs between what is known, fresh or stale, and what is not. */
export const fresh = { state: z.literal("fresh"), reason: z.null(), asOf: AsOf };
export const stale = { state: z.literal("stale"), reason: z.null(), asOf: AsOf };
export const unknown = { state: z.literal("unknown"), reason: UnknownReason, asOf: AsOf.nullable() };

/** The problem of one item of a list whose other items went well. */
export const itemError = <const Code extends string>(code: Code) =>
  z.strictObject({ code: z.literal(code), detail: z.string() });
