/** What a deployment comes to: the committed snapshots, which `npm run check:bicep` holds to the Bicep files. */
import { readFileSync } from "node:fs";
import * as z from "zod";

const Resource = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
});
export type Resource = z.infer<typeof Resource>;

const Snapshot = z.object({ predictedResources: z.array(Resource), outputs: z.record(z.string(), z.unknown()) });
export type Snapshot = z.infer<typeof Snapshot>;

export const parseSnapshot = (json: string): Snapshot => Snapshot.parse(JSON.parse(json));

/** As `infra/snapshots/<name>.snapshot.json` has it; what only Azure knows is left there as an expression in `[…]`. */
const snapshotOf = (name: string): Snapshot =>
  parseSnapshot(readFileSync(`infra/snapshots/${name}.snapshot.json`, "utf8"));

export const MINIMAL = snapshotOf("minimal");
export const HARDENED = snapshotOf("hardened");
/** Minimal, with the door eventHub. */
export const EVENT_HUB = snapshotOf("eventHub");
export const STAGE_TWO = [snapshotOf("events"), snapshotOf("eventsPushed")] as const;

export const ofType = ({ predictedResources }: Snapshot, type: string): Resource[] =>
  predictedResources.filter((resource) => resource.type === type);

/** Errors: throws unless there is exactly one. */
export function only(snapshot: Snapshot, type: string): Resource {
  const [found, ...others] = ofType(snapshot, type);
  if (found === undefined || others.length > 0) throw new Error(`${type}: not exactly one`);
  return found;
}

/** Last part of a name such as `account/default/queue`. */
export const lastName = ({ name }: Resource): string => name.split("/").at(-1) ?? "";

/** The app's settings, expressions as they are. */
export const settingsOf = (snapshot: Snapshot): Record<string, string> =>
  z.record(z.string(), z.string()).parse(only(snapshot, "Microsoft.Web/sites/config").properties);
