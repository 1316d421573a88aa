/** What `npm run events:setup` is told on its command line. */
import { parseArgs } from "node:util";

const LOOKS_A_MINUTE = 6;
const WAIT_MINUTES_MAX = 120;

export const USAGE = `npm run events:setup -- [options]: after main.bicep with notificationDoor eventGrid, activates the partner topics and deploys events.bicep.
  --resource-group NAME  what main.bicep was deployed to; without it, azd's environment says so
  --deployment NAME      the deployment whose outputs count; without it, the newest one of the group that has them
  --watch MAILBOX        where no topic is there yet, asks the app to watch this mailbox, so that Microsoft Graph makes one: as the
                         caller of the token in API_TOKEN (role Calendars.Manage) or of the Functions key in API_KEY
  --wait-minutes N       how long topics are waited for, 0 to ${WAIT_MINUTES_MAX}; 15 without it
  --help                 this`;

export interface SetupOptions {
  readonly help: boolean;
  readonly resourceGroup?: string;
  readonly deployment?: string;
  readonly watch?: string;
  readonly looksMax: number;
}

/** Errors: throws in one line where an option is unknown or wrong. */
export function setupOptions(args: readonly string[]): SetupOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      "resource-group": { type: "string" },
      deployment: { type: "string" },
      watch: { type: "string" },
      "wait-minutes": { type: "string", default: "15" },
    },
  });
  const minutes = Number(values["wait-minutes"]);
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > WAIT_MINUTES_MAX)
    throw new Error(`--wait-minutes should be a whole number from 0 to ${WAIT_MINUTES_MAX}`);
  const { help, deployment, watch, "resource-group": resourceGroup } = values;
  return {
    help,
    looksMax: minutes * LOOKS_A_MINUTE,
    ...(resourceGroup && { resourceGroup }),
    ...(deployment && { deployment }),
    ...(watch && { watch }),
  };
}
