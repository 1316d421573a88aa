/** What is set up: names that main.bicep has put out, from the environment (azd) or from its deployment. */
import * as z from "zod";
import { type Az, azJson } from "./azure.js";
import { type Environment, OF_MAIN, outputsOf } from "./place.js";

const Outputs = z.object({
  AZURE_FUNCTION_APP_NAME: z.string().min(1),
  AZURE_STORAGE_ACCOUNT_NAME: z.string().min(1),
  API_URL: z.url(),
  NOTIFICATION_DOOR: z.string(),
  PARTNER_TOPIC_NAMES: z.string(),
  EVENT_DELIVERY: z.enum(["queue", "function"]),
  DELIVERY_IDENTITY_NAME: z.string(),
  LOG_WORKSPACE_ID: z.string().min(1),
  STORAGE_IS_PRIVATE: z.preprocess((value) => String(value).toLowerCase() === "true", z.boolean()),
});

export interface Target {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly functionAppName: string;
  readonly storageAccountName: string;
  readonly apiUrl: string;
  readonly topics: readonly string[];
  readonly delivery: "queue" | "function";
  readonly deliveryIdentityName: string;
  /** Topics tell it of dead letters. */
  readonly workspaceId: string;
  /** Behind a storage firewall Event Grid delivers only as a system-assigned identity. */
  readonly identity: "UserAssigned" | "SystemAssigned";
}

export interface Place {
  /** From the command line; without it, from the environment. */
  readonly resourceGroup?: string;
  /** Whose outputs count, where the environment has none; without it, the newest that has them. */
  readonly deployment?: string;
}

/** Errors: throws in one line where something is missing, or where the app does not listen to Event Grid. */
export async function readTarget(run: Az, place: Place, { values, azdFailure }: Environment): Promise<Target> {
  const resourceGroup = place.resourceGroup ?? String(values.get("AZURE_RESOURCE_GROUP") ?? "");
  const because = azdFailure === undefined ? "" : ` (${azdFailure})`;
  if (resourceGroup === "")
    throw new Error(`--resource-group is missing${because}; name the group that main.bicep was deployed to`);
  const isNamed = place.resourceGroup !== undefined || place.deployment !== undefined;
  const hasOutputs = values.has(OF_MAIN) && !isNamed;
  const given = hasOutputs ? values : await outputsOf(run, resourceGroup, place.deployment);
  const parsed = Outputs.safeParse(Object.fromEntries(given));
  if (!parsed.success)
    throw new Error(`outputs of main.bicep: ${String(parsed.error.issues[0]?.path[0])} is missing; deploy main.bicep`);
  const outputs = parsed.data;
  if (outputs.NOTIFICATION_DOOR !== "eventGrid")
    throw new Error(
      `main.bicep was deployed with notificationDoor ${outputs.NOTIFICATION_DOOR}; deploy it with eventGrid first`,
    );
  const subscription = z.object({ id: z.string() }).parse(await azJson(run, ["account", "show"]));
  return {
    subscriptionId: subscription.id,
    resourceGroup,
    functionAppName: outputs.AZURE_FUNCTION_APP_NAME,
    storageAccountName: outputs.AZURE_STORAGE_ACCOUNT_NAME,
    apiUrl: outputs.API_URL,
    topics: outputs.PARTNER_TOPIC_NAMES.split(",").filter((name) => name !== ""),
    delivery: outputs.EVENT_DELIVERY,
    deliveryIdentityName: outputs.DELIVERY_IDENTITY_NAME,
    workspaceId: outputs.LOG_WORKSPACE_ID,
    identity: outputs.STORAGE_IS_PRIVATE ? "SystemAssigned" : "UserAssigned",
  };
}
