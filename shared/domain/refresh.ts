/** A refresh message handled: calendars leased, read from Graph, written back. Twice must equal once. */
import { type Admission, admit, type Delivery } from "./admit.js";
import type { CalendarId } from "./calendarId.js";
import { changeRow } from "./change.js";
import type { Deps } from "./deps.js";
import type { RefreshMessage } from "./messages.js";
import { StorageUnavailable } from "./ports.js";
import { readCalendars } from "./readCalendars.js";
import type { Taken, Wakeup } from "./taken.js";
import type { EpochMs } from "./time.js";
import { sendWakeups } from "./wakes.js";

/** Somebody waits for the reads. */
export interface Waiting {
  /** Graph is waited for no longer. */
  readonly endsAt: EpochMs;
  /** Tokens of each calendar's reads that were known before they asked. */
  readonly before: ReadonlyMap<CalendarId, ReadonlySet<string>>;
}

type Admitted = { readonly id: CalendarId; readonly admission: Admission; readonly taken?: Taken };

/**
 * Looks at every calendar of the message and reads those that need it.
 * Errors: throws where storage failed for one of them, after the others are done: the queue delivers again, and then those
 * are covered. Graph's failures never throw; they are on the rows, with the time of the next try [R9].
 */
export async function refresh(deps: Deps, message: RefreshMessage, waiting?: Waiting): Promise<void> {
  const token = deps.random.token();
  const admitted = await Promise.allSettled(
    message.calendars.map((id) =>
      admitCalendar(deps, id, { wake: message.wake, token, before: waiting?.before.get(id) }),
    ),
  );
  const admissions = admitted.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const groups = apart(admissions.flatMap(({ taken }) => (taken === undefined ? [] : [taken])));
  const done = await Promise.allSettled([
    sendWakeups(deps, admissions.flatMap(wakeupOf)),
    ...groups.map((group) => readCalendars(deps, group, message, waiting?.endsAt)),
  ]);
  const failure = [...admitted, ...done].find((one) => one.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

type Occasion = Pick<Delivery, "wake" | "token" | "before">;

async function admitCalendar(deps: Deps, id: CalendarId, occasion: Occasion): Promise<Admitted> {
  const fraction = deps.random.fraction();
  return changeRow<Admitted>(deps, id, (row, now) => {
    const admission = admit(row, { ...occasion, now, fraction }, deps.policy);
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
