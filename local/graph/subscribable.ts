/** Whether a resource can be subscribed to, in the words of the mailbox store behind /subscriptions. */
import { GraphFailure } from "./answers.js";
import type { FaultsMet } from "./faults.js";
import type { Outlook } from "./outlook.js";
import { resourceOf } from "./subscription.js";

export interface Target {
  readonly mailboxId: string;
  readonly calendarId: string;
}

/** Throws the answer to POST or PATCH where the mailbox cannot be, or can no longer be, listened to. */
export function subscribable(
  outlook: Outlook,
  resource: string,
  action: "Create" | "Update",
  faults: FaultsMet,
): Target {
  const extension = (status: number, inner: string, reason: string) =>
    // The HTTP status is not reliable in the service; the inner one is.
    new GraphFailure(
      status,
      "ExtensionError",
      `Operation: ${action}; Exception: [Status Code: ${inner}; Reason: ${reason}]`,
    );
  const wanted = resourceOf(resource);
  if (wanted === undefined)
    throw new GraphFailure(400, "InvalidRequest", `The resource '${resource}' does not support change notifications.`);
  const mailbox = outlook.find(wanted.mailbox);
  if (mailbox === undefined || mailbox.removed || !mailbox.licensed)
    throw extension(404, "NotFound", "REST API is not yet supported for this mailbox.");
  if (mailbox.accessDenied) throw extension(403, "Forbidden", "Access to OData is disabled.");
  if (mailbox.moving || faults.get("mailboxMoving") !== undefined) throw extension(503, "ServiceUnavailable", MOVING);
  const calendar = mailbox.calendars.find(({ id, isDefault }) =>
    wanted.calendar === undefined ? isDefault : id === wanted.calendar,
  );
  if (calendar === undefined || calendar.removed)
    throw extension(404, "NotFound", "The specified object was not found in the store.");
  return { mailboxId: mailbox.id, calendarId: calendar.id };
}

const MOVING =
  "Target resource 'mailbox' is hosted on database '00000000-0000-0000-0000-000000000000' which is currently on backend 'Unknown'.";
