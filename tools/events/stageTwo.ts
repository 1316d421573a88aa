/** Stage two, deployed: events.bicep compiled with the project's own Bicep CLI, its parameters in a file. */
import { runBicep } from "../bicep/run.js";
import type { ProgramRun } from "../program.js";
import { type Az, withJsonFile } from "./azure.js";
import type { TopicIdentity } from "./setup.js";
import type { Target } from "./target.js";

/** Errors: throws where events.bicep does not compile; what Azure refuses is in the answer. */
export async function deployStageTwo(
  { az, bicep }: { readonly az: Az; readonly bicep: string },
  target: Target,
  topics: readonly string[],
  identity: TopicIdentity,
): Promise<ProgramRun> {
  const built = await runBicep(bicep, ["build", "infra/events.bicep", "--stdout"]);
  if (built.code !== 0) throw new Error(built.stderr.trim());
  const where = ["--resource-group", target.resourceGroup, "--name", "outlook-availability-events"];
  return withJsonFile(JSON.parse(built.stdout), (template) =>
    withJsonFile(parametersOf(target, topics, identity), (parameters) => {
      const what = ["--template-file", template, "--parameters", `@${parameters}`];
      return az(["deployment", "group", "create", ...where, ...what, "--output", "none"]);
    }),
  );
}

/** As a parameters file of Azure Resource Manager. */
export function parametersOf(target: Target, topics: readonly string[], identity: TopicIdentity) {
  const values = {
    partnerTopicNames: topics,
    storageAccountName: target.storageAccountName,
    functionAppName: target.functionAppName,
    deliveryIdentityName: target.deliveryIdentityName,
    eventDelivery: target.delivery,
    topicIdentity: identity,
    workspaceId: target.workspaceId,
  };
  return {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
    contentVersion: "1.0.0.0",
    parameters: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])),
  };
}
