/** `POST /watch` and `POST /unwatch`. */
import * as z from "zod";
import { REFERENCE_LENGTH_MAX } from "../domain/row.js";
import type { WatchRequest } from "../domain/watch.js";
import { checked } from "./body.js";
import { CalendarPart, Id, Mailbox, NameRef, nameOf, type Target, TenantId, targetOf } from "./calendarRefs.js";
import { ZoneName } from "./zoneName.js";

export const WATCHES_PER_REQUEST_MAX = 100;

const Reference = z
  .string()
  .max(REFERENCE_LENGTH_MAX)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "should hold no control characters")
  .describe("The caller's own word for this wish. One consumer may have several on a calendar, each with its own.");
const TimeZone = ZoneName.describe(
  "IANA or Windows name. Places all-day events for this caller; the mailbox's own zone where not given. Watching again sets it anew.",
);

const listOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ calendars: z.array(item).min(1).max(WATCHES_PER_REQUEST_MAX).describe("Answered in this order.") });

export const WatchBody = listOf(
  NameRef.extend({ timeZone: TimeZone.optional(), reference: Reference.optional() }).meta({ id: "WatchItem" }),
).meta({ id: "WatchRequest" });
export const UnwatchBody = listOf(
  z.union(
    [
      z.strictObject({ id: Id, reference: Reference.optional() }),
      z.strictObject({
        mailbox: Mailbox,
        calendar: CalendarPart.optional(),
        tenantId: TenantId.optional(),
        reference: Reference.optional(),
      }),
    ],
    'should be {"id": "…"} or {"mailbox": "…"}',
  ),
).meta({ id: "UnwatchRequest" });

/** Errors: `invalidRequest` naming the field, `payloadTooLarge` for too many calendars. */
export const watchRequests = (given: unknown, defaultTenantId: string | undefined): WatchRequest[] =>
  checked(WatchBody, given).calendars.map(({ timeZone, reference = "", ...ref }, index) => ({
    name: nameOf(ref, defaultTenantId, `/calendars/${index}`),
    reference,
    ...(timeZone !== undefined && { timeZone }),
  }));

export interface UnwatchTarget extends Target {
  readonly reference?: string;
}

/** Errors: as `watchRequests`. */
export const unwatchRequests = (given: unknown, defaultTenantId: string | undefined): UnwatchTarget[] =>
  checked(UnwatchBody, given).calendars.map(({ reference, ...ref }, index) => ({
    ...targetOf("id" in ref ? ref.id : ref, defaultTenantId, `/calendars/${index}`),
    ...(reference !== undefined && { reference }),
  }));
