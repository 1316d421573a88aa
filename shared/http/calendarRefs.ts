/** How requests name calendars. */
import * as z from "zod";
import {
  CALENDAR_ID,
  type CalendarId,
  type CalendarName,
  calendarIdOf,
  isCalendarId,
  PRIMARY,
  TENANT_ID,
  TENANT_LENGTH_MAX,
} from "../domain/calendarId.js";
import { expecting } from "./fieldMessages.js";
import { invalid } from "./problem.js";

const MAILBOX_LENGTH_MAX = 320;
const CALENDAR_LENGTH_MAX = 512;
/** Letters of both cases: callers read it in the OpenAPI document, where nothing has been lower-cased. */
const OBJECT_ID_OR_ADDRESS = /^(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[^@\s]+@[^@\s]+)$/;
/** Control characters, and halves of surrogate pairs: no name holds them. */
const isPlain = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);

const SHOULD_BE_MAILBOX = "should be an object id or an address";

export const Mailbox = z
  .string({ error: expecting(SHOULD_BE_MAILBOX) })
  .trim()
  .toLowerCase()
  .max(MAILBOX_LENGTH_MAX)
  .refine((text) => !/\s/.test(text), "holds a space; a plus sign in a URL is written %2B")
  .regex(OBJECT_ID_OR_ADDRESS, SHOULD_BE_MAILBOX)
  .refine(isPlain, SHOULD_BE_MAILBOX)
  .describe(
    "An object id or an address, in any letter case. The two are two calendars here: watch and read by the same one.",
  );

const SHOULD_BE_CALENDAR = `should be "${PRIMARY}" or a Graph calendar id`;

export const CalendarPart = z
  .string()
  .trim()
  .min(1)
  .max(CALENDAR_LENGTH_MAX)
  .regex(/^\S*$/, SHOULD_BE_CALENDAR)
  .refine(isPlain, SHOULD_BE_CALENDAR)
  .transform((text) => (text.toLowerCase() === PRIMARY ? PRIMARY : text)) // of all names, the one that is not Graph's
  .describe(`"${PRIMARY}", which is meant where none is named, or a Graph calendar id.`);

export const TenantId = z
  .string()
  .trim()
  .toLowerCase()
  .max(TENANT_LENGTH_MAX)
  .regex(TENANT_ID, "should be a tenant's id or one of its domains")
  .describe("The service's own default where it is not given.");

const SHOULD_BE_ID =
  'should be a calendar id, 26 letters and digits, as watching returns it; a mailbox is named by {"mailbox": "…"}';
/** As `/unwatch` takes an id. */
const isIdInObject = (value: unknown): boolean => value instanceof Object && "id" in value;

export const Id = z
  .custom<CalendarId>()
  .superRefine((value: unknown, context) => {
    if (typeof value === "string" && isCalendarId(value)) return;
    const [path, message] = isIdInObject(value)
      ? [["id"], 'should stand by itself, as plain text: "…", not {"id": "…"}']
      : [[], SHOULD_BE_ID];
    context.addIssue({ code: "custom", path, message, continue: false }); // else a union takes it for the better alternative
  })
  .meta({
    id: "CalendarId",
    type: "string",
    pattern: CALENDAR_ID.source,
    description: "A calendar, as watching it returns it: always the same for the same names.",
  });

export const NameRef = z
  .strictObject({ mailbox: Mailbox, calendar: CalendarPart.optional(), tenantId: TenantId.optional() })
  .meta({ id: "CalendarName" });
export type NameRef = z.infer<typeof NameRef>;

/** A calendar as a request named it, and by its id. */
export interface Target {
  readonly id: CalendarId;
  /** Absent where the request knew the id alone. */
  readonly name?: CalendarName;
}

/** Errors: `invalidRequest` where no tenant is named and none is set. `pointer` is where the reference stands. */
export function nameOf(ref: NameRef, defaultTenantId: string | undefined, pointer: string): CalendarName {
  const tenantId = ref.tenantId ?? defaultTenantId?.toLowerCase();
  if (tenantId === undefined)
    throw invalid([
      {
        pointer: `${pointer}/tenantId`,
        detail: "is missing, and the service has no default; name the mailbox's tenant",
      },
    ]);
  return { tenantId, mailbox: ref.mailbox, calendar: ref.calendar ?? PRIMARY };
}

export function targetOf(ref: CalendarId | NameRef, defaultTenantId: string | undefined, pointer: string): Target {
  if (typeof ref === "string") return { id: ref };
  const name = nameOf(ref, defaultTenantId, pointer);
  return { id: calendarIdOf(name), name };
}

/**
 * A calendar by names that other systems' formats carry. Undefined for names that no calendar can have: they are answered
 * like one that nobody watches [A6]. Errors: as `nameOf`.
 */
export function calendarIdNamed(
  mailbox: string,
  calendar: string,
  defaultTenantId: string | undefined,
): CalendarId | undefined {
  const ref = NameRef.safeParse({ mailbox, calendar });
  return ref.success ? calendarIdOf(nameOf(ref.data, defaultTenantId, "")) : undefined;
}
