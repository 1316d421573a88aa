/** What `npm run events:setup` is told on its command line. */
import type { Command, Given } from "../commandLine.js";

const LOOKS_A_MINUTE = 6;

export const EVENTS_SETUP = {
  call: "npm run events:setup --",
  about: `After main.bicep with notificationDoor eventGrid, activates the partner topics and deploys events.bicep.
Ends with 0 when all topics are set up, else with 1; it can be run again at any time.`,
  options: {
    "resource-group": {
      kind: "text",
      takes: "NAME",
      about: "what main.bicep was deployed to; without it, azd's environment says so",
    },
    deployment: {
      kind: "text",
      takes: "NAME",
      about: "the deployment whose outputs count; without it, the newest one of the group that has them",
    },
    watch: {
      kind: "text",
      takes: "MAILBOX",
      about:
        "where no topic is there yet, asks the app to watch this mailbox, so that Microsoft Graph makes one: as the caller " +
        "of the token in API_TOKEN (role Calendars.Manage) or of the Functions key in API_KEY",
    },
    "wait-minutes": { kind: "number", from: 0, to: 120, default: 15, about: "how long topics are waited for" },
  },
  example: "npm run events:setup -- --resource-group rg-availability --watch room1@contoso.com",
} as const satisfies Command;

export interface SetupOptions {
  readonly resourceGroup?: string;
  readonly deployment?: string;
  readonly watch?: string;
  readonly looksMax: number;
}

export function setupOptions({ values }: Given<typeof EVENTS_SETUP>): SetupOptions {
  const { deployment, watch, "resource-group": resourceGroup, "wait-minutes": minutes } = values;
  return {
    looksMax: minutes * LOOKS_A_MINUTE,
    ...(resourceGroup && { resourceGroup }),
    ...(deployment && { deployment }),
    ...(watch && { watch }),
  };
}
