/** Partner topics and their authorization, over Azure Resource Manager's REST interface. */
import * as z from "zod";
import { type Az, azJson, firstLine, withJsonFile } from "./azure.js";
import type { Target } from "./target.js";

const API_VERSION = "2025-02-15"; // the same as in infra/

const Topic = z.object({
  identity: z
    .object({ type: z.string(), userAssignedIdentities: z.record(z.string(), z.unknown()).nullish() })
    .nullish(),
  properties: z.object({ activationState: z.string().nullish() }),
});
export type Topic = z.infer<typeof Topic>;

const Configuration = z.object({
  properties: z.object({
    partnerAuthorization: z.object({
      authorizedPartnersList: z.array(
        z.object({ partnerName: z.string().nullish(), authorizationExpirationTimeInUtc: z.string().nullish() }),
      ),
    }),
  }),
});

const inGroup = (target: Target, path: string): string =>
  `/subscriptions/${target.subscriptionId}/resourceGroups/${target.resourceGroup}/providers/${path}`;

const urlOf = (id: string): string => `${id}?api-version=${API_VERSION}`;
const topicId = (target: Target, topic: string): string =>
  inGroup(target, `Microsoft.EventGrid/partnerTopics/${topic}`);

/** `undefined` where there is none yet. Errors: throws for any other refusal. */
export async function readTopic(run: Az, target: Target, topic: string): Promise<Topic | undefined> {
  const args = ["rest", "--method", "get", "--url", urlOf(topicId(target, topic)), "--output", "json"];
  const { code, stdout, stderr } = await run(args);
  if (code === 0) return Topic.parse(JSON.parse(stdout));
  if (/ResourceNotFound|Not Found/i.test(stderr)) return undefined;
  throw new Error(`partner topic ${topic}: ${firstLine(stderr)}`);
}

/** Until when Graph may create topics; `undefined` where it may not at all. */
export async function authorizedUntil(run: Az, target: Target): Promise<string | undefined> {
  const id = inGroup(target, "Microsoft.EventGrid/partnerConfigurations/default");
  const found = await azJson(run, ["rest", "--method", "get", "--url", urlOf(id)]);
  const partners = Configuration.parse(found).properties.partnerAuthorization.authorizedPartnersList;
  const graph = partners.find(({ partnerName }) => partnerName?.toLowerCase() === "microsoftgraphapi");
  return graph?.authorizationExpirationTimeInUtc ?? undefined;
}

export async function activate(run: Az, target: Target, topic: string): Promise<void> {
  await azJson(run, ["rest", "--method", "post", "--url", urlOf(`${topicId(target, topic)}/activate`)]);
}

/** A topic that Graph has created has no identity at birth. */
export async function giveIdentity(run: Az, target: Target, topic: string): Promise<void> {
  const headers = ["--headers", "Content-Type=application/json"];
  const patch = ["rest", "--method", "patch", "--url", urlOf(topicId(target, topic)), ...headers];
  await withJsonFile({ identity: wantedIdentity(target) }, (file) => azJson(run, [...patch, "--body", `@${file}`]));
}

export function hasIdentity(target: Target, { identity }: Topic): boolean {
  if (target.identity === "SystemAssigned") return identity?.type === "SystemAssigned";
  const wanted = deliveryIdentityId(target).toLowerCase();
  return Object.keys(identity?.userAssignedIdentities ?? {}).some((id) => id.toLowerCase() === wanted);
}

const wantedIdentity = (target: Target) =>
  target.identity === "SystemAssigned"
    ? { type: "SystemAssigned" }
    : { type: "UserAssigned", userAssignedIdentities: { [deliveryIdentityId(target)]: {} } };

const deliveryIdentityId = (target: Target): string =>
  inGroup(target, `Microsoft.ManagedIdentity/userAssignedIdentities/${target.deliveryIdentityName}`);
