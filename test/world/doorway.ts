/** The way by which a world's notifications come in: the webhook, or Event Grid's partner topics. */
import type { GraphSimulator } from "../../local/graph/simulator.js";
import { ENDPOINT } from "../../local/graph/testBed.js";
import type { Deps } from "../../shared/domain/deps.js";
import { StorageUnavailable } from "../../shared/domain/ports.js";
import { takeInAt } from "../service.js";
import type { Profile } from "./profile.js";

const TRIGGER = "https://app.contoso.com/runtime/webhooks/EventGrid?functionName=graphEvents";
const TOPICS = ["t1", "t2"].map(
  (topic) => `EventGrid:?azuresubscriptionid=s&resourcegroup=g&partnertopic=${topic}&location=westeurope`,
);

/** Opens it in simulated Graph; returns the addresses that subscriptions name. */
export function openDoorway({ subscriptions }: GraphSimulator, { eventGrid }: Profile): readonly string[] {
  if (!eventGrid) return [ENDPOINT];
  subscriptions.setUsualKnobs({ eventGridUrl: TRIGGER });
  return TOPICS;
}

/** What the host answers, also where storage is away. */
export const takenIn = (deps: Deps, request: Request): Promise<Response> =>
  takeInAt(deps, request).catch((error: unknown) => {
    if (!(error instanceof StorageUnavailable)) throw error;
    return new Response(null, { status: 503 });
  });
