import { describe, expect, test } from "vitest";
import names from "../../shared/names.json" with { type: "json" };
import { EVENT_HUB, HARDENED, MINIMAL, ofType, type Snapshot, STAGE_TWO } from "./deployed.js";

interface Grant {
  readonly role: string;
  readonly id: string;
  /** The end of the scope's path. */
  readonly on: RegExp;
  readonly to: RegExp;
  readonly because: string;
}

const APP = /userAssignedIdentities\/id-\w+-(?!events)\w+'/;
const ACCOUNT = /\/storageAccounts\/[^/]+$/;

const OF_THE_APP: readonly Grant[] = [
  {
    role: "Storage Blob Data Owner",
    id: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    on: ACCOUNT,
    to: APP,
    because: "the host keeps locks, keys and the package in containers that it makes itself",
  },
  {
    role: "Storage Queue Data Contributor",
    id: "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    on: ACCOUNT,
    to: APP,
    because: "triggers take messages, the app and the host's poison handling add them",
  },
  {
    role: "Storage Table Data Contributor",
    id: "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    on: ACCOUNT,
    to: APP,
    because: "rows of calendars and subscriptions, and the host's own diagnostics",
  },
  {
    role: "Monitoring Metrics Publisher",
    id: "3913510d-42f4-4e42-8a64-420c390055eb",
    on: /\/components\/[^/]+$/,
    to: APP,
    because: "telemetry, since Application Insights takes no key",
  },
  {
    role: "Key Vault Secrets User",
    id: "4633458b-17de-408a-b874-0445c86b69e6",
    on: /\/secrets\/client-state-keys$/,
    to: APP,
    because: "CLIENT_STATE_KEYS is a reference to this secret",
  },
];

const ON_THE_EVENT_HUB: Grant = {
  role: "Azure Event Hubs Data Receiver",
  id: "a638d3c7-ab3a-418d-83e6-5f17a39d4fde",
  on: /rg-events\/providers\/Microsoft\.EventHub\/namespaces\/contoso-events\/eventhubs\/graph$/,
  to: /format\('identity-\{0\}'.*principalId/,
  because: "the function graphEventHub reads this hub, wherever it is, and no other",
};

const deliveryTo = (to: RegExp): { readonly queue: Grant; readonly deadLetters: Grant } => ({
  queue: {
    role: "Storage Queue Data Message Sender",
    id: "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
    on: new RegExp(`/queues/${names.graphEventsQueue}$`),
    to,
    because: "Event Grid adds events to this queue, and reads none",
  },
  deadLetters: {
    role: "Storage Blob Data Contributor",
    id: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    on: new RegExp(`/containers/${names.deadLettersContainer}$`),
    to,
    because: "Event Grid writes here what could not be delivered",
  },
});
const asIdentity = deliveryTo(/userAssignedIdentities\/id-outlook-events'/);
const asTopic = (name: string): Grant => deliveryTo(new RegExp(`partnerTopics/${name}'`)).deadLetters;

const CASES: readonly (readonly [string, Snapshot, readonly Grant[]])[] = [
  ["minimal", MINIMAL, OF_THE_APP],
  ["hardened", HARDENED, OF_THE_APP],
  ["through an event hub", EVENT_HUB, [...OF_THE_APP, ON_THE_EVENT_HUB]],
  ["events into the queue", STAGE_TWO[0], [asIdentity.queue, asIdentity.deadLetters]],
  ["events to the function", STAGE_TWO[1], [asTopic("oa-production-1"), asTopic("oa-production-2")]],
];

describe.each(CASES)("roles: %s", (_name, deployed, grants) => {
  const assignments = ofType(deployed, "Microsoft.Authorization/roleAssignments").map(({ id, name, properties }) => ({
    name,
    scope: id.slice(0, id.indexOf("/providers/Microsoft.Authorization/")),
    role: String(properties.roleDefinitionId).split("/").at(-1),
    principal: String(properties.principalId),
    kind: properties.principalType,
  }));
  const matches = (grant: Grant, { scope, role, principal }: (typeof assignments)[number]): boolean =>
    role === grant.id && grant.on.test(scope) && grant.to.test(principal);

  test("each assignment has one reason, each reason its assignment", () => {
    const unjustified = assignments.filter((assignment) => !grants.some((grant) => matches(grant, assignment)));
    expect(unjustified).toEqual([]);
    const missing = grants.filter((grant) => !assignments.some((assignment) => matches(grant, assignment)));
    expect(missing.map(({ role, because }) => `${role}: ${because}`)).toEqual([]);
    expect(assignments).toHaveLength(grants.length);
  });

  test("their names are the same at every deployment, and no two are alike", () => {
    for (const { name } of assignments) expect(name).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(new Set(assignments.map(({ name }) => name)).size).toBe(assignments.length);
  });

  test("all are for service principals, which need not be found in the directory first", () => {
    expect(assignments.filter(({ kind }) => kind !== "ServicePrincipal")).toEqual([]);
  });
});
