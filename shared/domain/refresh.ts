/** A refresh message handled: calendars leased, read from Graph, written back. Twice must equal once. */
import { type Admission, admit } from "./admit.js";
import type { CalendarId } from "./calendarId.js";
import { changeRow } from "./change.js";
import type { Deps } from "./deps.js";
import type { RefreshMessage } from "./messages.js";
import { StorageUnavailable } from "./ports.js";
import { readCalendars } from "./readCalendars.js";
import type { Taken, Wakeup } from "./taken.js";
import type { EpochMs } from "./time.js";
import { delaySeconds, dueMessage, groupsOf } from "./wakes.js";

type Admitted = { readonly id: CalendarId; readonly admission: Admission; readonly taken?: Taken };

/**
 * Looks at every calendar of the message and reads those that need it; Graph is waited for until `endsAt` at most.
 * Errors: throws where storage failed for one of them, after the others are done: the queue delivers again, and then those
 * are covered. Graph's failures never throw; they are on the rows, with the time of the next try [R9].
 */
export async function refresh(deps: Deps, message: RefreshMessage, endsAt?: EpochMs): Promise<void> {
  const token = deps.random.token();
  const admitted = await Promise.allSettled(message.calendars.map((id) => admitCalendar(deps, id, message, token)));
  const admissions = admitted.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const groups = apart(admissions.flatMap(({ taken }) => (taken === undefined ? [] : [taken])));
  const read = await Promise.allSettled(groups.map((group) => readCalendars(deps, group, message, endsAt)));
  const reread = read.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  await sendWakeups(deps, [...admissions.flatMap(wakeupOf), ...reread]);
  const failure = [...admitted, ...read].find((one) => one.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

async function admitCalendar(deps: Deps, id: CalendarId, { wake }: RefreshMessage, token: string): Promise<Admitted> {
  const fraction = deps.random.fraction();
  return changeRow<Admitted>(deps, id, (row, now) => {
    const admission = admit(row, { wake, token, now, fraction }, deps.policy);
    if (admission.kind === "read" && !deps.clock.synced())
      throw new StorageUnavailable("storage has not told its time yet");
    if (admission.kind === "drop" || row === undefined) return { result: { id, admission } };
    const leased = admission.row ?? row;
    const result =
      admission.kind === "read"
        ? { id, admission, taken: { id, row: leased, lease: admission.lease, alone: admission.alone } }
        : { id, admission };
    return admission.row === undefined ? { result } : { result, row: admission.row };
  });
}

const wakeupOf = ({ id, admission }: Admitted): Wakeup[] =>
  admission.kind === "defer" && admission.wakeAt !== undefined
    ? [{ id, at: admission.wakeAt, alone: admission.row.sync.crashes > 0 }]
    : [];

/** One group to be read together, and each suspect by itself: its crash must not cost the others their read [R9]. */
const apart = (taken: readonly Taken[]): (readonly Taken[])[] =>
  [taken.filter(({ alone }) => !alone), ...taken.filter(({ alone }) => alone).map((one) => [one])].filter(
    (group) => group.length > 0,
  );

/** One message for those due in the same second, so that a mailbox's calendars stay together [R4]. */
async function sendWakeups(deps: Deps, wakeups: readonly Wakeup[]): Promise<void> {
  const now = deps.clock.now();
  const together = Map.groupBy(wakeups, ({ id, at, alone }) => `${delaySeconds(now, at)} ${alone ? id : ""}`);
  const messages = [...together.values()].flatMap((group) => {
    const at = Math.max(...group.map((wakeup) => wakeup.at)) as EpochMs;
    return groupsOf(group.map(({ id }) => id)).map((ids) => dueMessage(ids, at, now, "wake"));
  });
  if (messages.length > 0) await deps.queues.refresh(messages);
}
