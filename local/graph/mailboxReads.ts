/** The read operations on one mailbox, and what stands in their way. */
import { type Answer, GraphFailure, json } from "./answers.js";
import type { Asked } from "./asked.js";
import { calendarView } from "./calendarView.js";
import type { FaultsMet } from "./faults.js";
import type { Calendar, Mailbox } from "./mailbox.js";
import type { Outlook } from "./outlook.js";
import { nextLink, pageOf } from "./paging.js";
import type { Route } from "./route.js";
import type { Surroundings } from "./surroundings.js";

/** Answers calendarView, calendars, mailboxSettings and timeZone. */
export function readMailbox(
  route: Route,
  { headers }: Asked,
  faults: FaultsMet,
  outlook: Outlook,
  surroundings: Surroundings,
): Answer {
  const mailbox = readable(outlook, route.mailbox ?? "");
  const { url } = route;
  const baseUrl = surroundings.baseUrl();
  const users = `${baseUrl}/v1.0/$metadata#users('${encodeURIComponent(mailbox.id)}')`;
  switch (route.operation) {
    case "calendarView": {
      const calendar = readableCalendar(mailbox, route.calendar);
      return calendarView({ headers, url, mailbox, calendar, faults, now: surroundings.now(), baseUrl });
    }
    case "calendars":
      return json(200, { "@odata.context": `${users}/calendars`, ...calendars(mailbox, url, baseUrl) });
    case "timeZone":
      return json(200, { "@odata.context": `${users}/mailboxSettings/timeZone`, value: mailbox.timeZone });
    default:
      return json(200, { "@odata.context": `${users}/mailboxSettings`, ...settings(mailbox) });
  }
}

function readable(outlook: Outlook, key: string): Mailbox {
  const mailbox = outlook.find(key);
  if (mailbox === undefined || mailbox.removed)
    throw new GraphFailure(404, "ErrorInvalidUser", `The requested user '${key}' is invalid.`);
  if (!mailbox.licensed) {
    const message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
    throw new GraphFailure(404, "MailboxNotEnabledForRESTAPI", message);
  }
  if (!mailbox.accessDenied) return mailbox;
  throw new GraphFailure(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
}

/** Shorter than any id that Exchange makes. */
const ID_CHARACTERS_MIN = 16;

function readableCalendar(mailbox: Mailbox, id: string | undefined): Calendar {
  const calendar = mailbox.calendars.find((one) => (id === undefined ? one.isDefault : one.id === id));
  if (calendar !== undefined && !calendar.removed) return calendar;
  if (calendar === undefined && id !== undefined && id.length < ID_CHARACTERS_MIN)
    throw new GraphFailure(400, "ErrorInvalidIdMalformed", "Id is malformed.");
  throw new GraphFailure(404, "ErrorItemNotFound", "The specified object was not found in the store.");
}

function calendars(mailbox: Mailbox, url: URL, baseUrl: string) {
  const { skip, top } = pageOf(url);
  const all = mailbox.calendars.filter(({ removed }) => !removed);
  const value = all.slice(skip, skip + top).map(({ id, name, isDefault }) => ({
    id,
    name,
    isDefaultCalendar: isDefault,
    canEdit: true,
    canShare: isDefault,
    owner: { name: mailbox.displayName, address: mailbox.address },
  }));
  return { value, ...(skip + top < all.length && { "@odata.nextLink": nextLink(url, baseUrl, skip + top, top) }) };
}

/** https://learn.microsoft.com/graph/api/resources/mailboxsettings */
const settings = ({ timeZone }: Mailbox) => ({
  timeZone,
  dateFormat: "yyyy-MM-dd",
  timeFormat: "HH:mm",
  workingHours: {
    daysOfWeek: ["monday", "tuesday", "wednesday", "thursday", "friday"],
    startTime: "08:00:00.0000000",
    endTime: "17:00:00.0000000",
    timeZone: { name: timeZone },
  },
});
