/** A sweep's look at many subscriptions: each is tended as if it had come alone. */
import { bounded } from "./bounded.js";
import type { Deps } from "./deps.js";
import type { SubscriptionMessage } from "./messages.js";
import { tendSubscription } from "./subscribe.js";

/** With 20 in a message, all have ended within two of Graph's longest answers, far below a function's own end. */
const TENDED_AT_ONCE = 10;

type Look = Extract<SubscriptionMessage, { kind: "look" }>;

/** Errors: throws where storage failed for one of them, after the others are done: the queue delivers again. */
export async function tendLook(deps: Deps, { calendars, at }: Look): Promise<void> {
  const tended = await bounded(calendars, TENDED_AT_ONCE, (calendar) =>
    tendSubscription(deps, { kind: "subscription", calendar, request: "look", at }).then(
      () => undefined,
      (error: unknown) => ({ error }),
    ),
  );
  const failure = tended.find((one) => one !== undefined);
  if (failure !== undefined) throw failure.error;
}
