/** A webhook's body: Graph's collection of notifications. */
import * as z from "zod";
import type { Notification } from "../domain/intake.js";
import { checked } from "./body.js";

/** Whatever is no text is as if it were not there; whatever else an item has is ignored [I7]. */
const text = z.string().optional().catch(undefined);
const Item = z.object({ clientState: text, subscriptionId: text, lifecycleEvent: text });
const Collection = z.object({ value: z.array(z.unknown()) });

/** The items, each read by itself: `undefined` for what is none [I3]. Errors: `invalidRequest` for what is no collection. */
export const notificationsOf = (body: unknown): (Notification | undefined)[] =>
  checked(Collection, body).value.map((item) => {
    const { clientState, subscriptionId, lifecycleEvent } = Item.safeParse(item).data ?? {};
    if (clientState === undefined) return undefined;
    return {
      clientState,
      ...(subscriptionId !== undefined && { subscriptionId }),
      ...(lifecycleEvent !== undefined && { lifecycleEvent }),
    };
  });
