/** An event as a calendarView shows it. https://learn.microsoft.com/graph/api/resources/event */

import { cached } from "../../shared/domain/cached.js";
import { GraphFailure } from "./answers.js";
import type { StoredEvent } from "./event.js";
import type { Instance } from "./expand.js";
import type { FaultsMet } from "./faults.js";
import { type Preferences, shownId } from "./prefer.js";
import { resolveZone, wallOf } from "./zones.js";

/** A zone as the caller named it. */
export interface Zone {
  readonly name: string;
  readonly iana: string;
}

/** What the simulator knows of an event. Graph has more; asking for that is refused rather than answered with nothing. */
const PROPERTIES: ReadonlySet<string> = new Set([
  ...["id", "type", "seriesMasterId", "subject", "start", "end", "isAllDay", "isCancelled", "isOrganizer", "showAs"],
  ...["originalStart", "originalStartTimeZone", "originalEndTimeZone", "sensitivity", "responseStatus"],
]);
/** Properties that come without being selected; reported. */
const ALWAYS = ["@odata.etag", "id"];

function selectedIn(url: URL): readonly string[] | undefined {
  const names = url.searchParams.get("$select")?.split(",");
  const unknown = names?.find((name) => !PROPERTIES.has(name.trim()));
  if (unknown === undefined) return names?.map((name) => name.trim());
  const message = `Could not find a property named '${unknown}' on type 'Microsoft.OutlookServices.Event'.`;
  throw new GraphFailure(400, "RequestBroker--ParseUri", message);
}

/** Instances never change, and a calendar that is read again and again shows the same ones. */
const shownBefore = new WeakMap<Instance, Map<string, string>>();
const FORMS_MAX = 20;

/** Shows the n-th instance of a page in the asked zone, the selected properties only, as JSON. */
export function shower(url: URL, zone: Zone, prefer: Preferences, faults: FaultsMet) {
  const selected = selectedIn(url);
  const foreign = faults.get("foreignTimeZone");
  const iana = foreign && resolveZone(foreign.timeZone);
  const foreignZone = foreign && { name: foreign.timeZone, iana: iana ?? "UTC" };
  const showAs = faults.get("showAs");
  const form = `${zone.name} ${prefer.immutableIds} ${selected}`;
  const isPlain = foreign === undefined && showAs === undefined;

  function show(instance: Instance, index: number): string {
    const own = foreign !== undefined && foreignZone !== undefined && index < foreign.events ? foreignZone : zone;
    const full: Record<string, unknown> = shown(instance, own, prefer.immutableIds);
    if (showAs !== undefined) full.showAs = showAs.value;
    const names = selected && [...ALWAYS, ...selected];
    return JSON.stringify(names === undefined ? full : Object.fromEntries(names.map((name) => [name, full[name]])));
  }

  return (instance: Instance, index: number): string => {
    if (!isPlain) return show(instance, index);
    const forms = shownBefore.get(instance) ?? new Map<string, string>();
    if (forms.size === 0) shownBefore.set(instance, forms);
    return cached(forms, form, FORMS_MAX, () => show(instance, index));
  };
}

function shown(instance: Instance, zone: Zone, immutableIds: boolean) {
  const { event, type, seriesMasterId, originalStartMs } = instance;
  return {
    "@odata.etag": etagOf(event.version),
    id: shownId(instance.id, immutableIds),
    type,
    seriesMasterId: seriesMasterId === undefined ? null : shownId(seriesMasterId, immutableIds),
    subject: event.subject,
    start: shownTime(instance, "start", zone),
    end: shownTime(instance, "end", zone),
    originalStartTimeZone: event.zoneName,
    originalEndTimeZone: event.zoneName,
    ...(originalStartMs !== undefined && { originalStart: new Date(originalStartMs).toISOString() }),
    isAllDay: event.isAllDay,
    isCancelled: event.isCancelled,
    isOrganizer: event.response === "organizer",
    showAs: event.showAs,
    sensitivity: event.sensitivity,
    responseStatus: responseStatus(event),
  };
}

/** https://learn.microsoft.com/graph/api/resources/responsestatus: the organizer's has no time. */
const responseStatus = ({ response }: StoredEvent) => ({
  response,
  time: response === "organizer" || response === "none" ? "0001-01-01T00:00:00Z" : "2026-01-01T08:00:00Z",
});

/**
 * Seven decimals, no offset. All-day events are midnight to midnight in whatever zone is asked, by design:
 * https://github.com/microsoftgraph/microsoft-graph-docs/issues/2804
 */
function shownTime(instance: Instance, edge: "start" | "end", zone: Zone) {
  const date = instance.dates?.[edge];
  const dateTime = date === undefined ? `${wallOf(instance[edge], zone.iana)}0000` : `${date}T00:00:00.0000000`;
  return { dateTime, timeZone: zone.name };
}

/** Graph's etags are opaque base64 of a change key. */
export const etagOf = (version: number): string => `W/"${Buffer.from(`v${version}`).toString("base64")}"`;
