/** What is set up: names that main.bicep has put out, from the environment (azd) or from its deployment. */
import * as z from "zod";
import { type Az, azJson } from "./azure.js";

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
  readonly resourceGroup: string;
  /** Whose outputs count, where the environment has none. */
  readonly deployment: string;
}

/** Errors: throws in one line where something is missing, or where the app does not listen to Event Grid. */
export async function readTarget(
  run: Az,
  place: Place,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Target> {
  const given = "PARTNER_TOPIC_NAMES" in environment ? environment : await outputsOf(run, place);
  const parsed = Outputs.safeParse(given);
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
    resourceGroup: place.resourceGroup,
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

async function outputsOf(run: Az, { resourceGroup, deployment }: Place): Promise<Record<string, unknown>> {
  const args = ["deployment", "group", "show", "--resource-group", resourceGroup, "--name", deployment];
  const Values = z.record(z.string(), z.object({ value: z.unknown() }));
  const outputs = Values.parse(await azJson(run, [...args, "--query", "properties.outputs"]));
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}
