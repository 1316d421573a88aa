/** Zone names and the arithmetic between wall clocks and instants. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { cached } from "../../shared/domain/cached.js";

const WindowsZones = z.object({
  supplemental: z.object({
    windowsZones: z.object({
      mapTimezones: z.array(z.object({ mapZone: z.record(z.string(), z.string()) })),
    }),
  }),
});

let windowsNames: ReadonlyMap<string, string> | undefined;
const known = new Map<string, string | undefined>();
const KNOWN_MAX = 2_000;

/** Windows name in lower case → IANA name, after CLDR's territory 001: the zone that stands for the name anywhere. */
function windowsMap(): ReadonlyMap<string, string> {
  if (windowsNames !== undefined) return windowsNames;
  const file = createRequire(import.meta.url).resolve("cldr-core/supplemental/windowsZones.json");
  const zones = WindowsZones.parse(JSON.parse(readFileSync(file, "utf8"))).supplemental.windowsZones.mapTimezones;
  const everywhere = zones.map(({ mapZone }) => mapZone).filter((zone) => zone._territory === "001");
  windowsNames = new Map(everywhere.map((zone) => [(zone._other ?? "").toLowerCase(), zone._type ?? "UTC"]));
  return windowsNames;
}

/** The IANA zone of a Windows or IANA name; `undefined` for a name that is neither. */
export const resolveZone = (name: string): string | undefined => cached(known, name, KNOWN_MAX, () => lookUp(name));

function lookUp(name: string): string | undefined {
  if (/^(utc|tzone:\/\/microsoft\/utc)$/i.test(name)) return "UTC";
  const windows = windowsMap().get(name.toLowerCase());
  if (windows !== undefined) return windows;
  // Intl takes bare offsets for zones; Graph does not.
  if (!/^[A-Za-z]+(\/|$)/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined; // RangeError: the one way Intl says that a zone is unknown
  }
}

/** Wall time ("2026-12-01T10:00:00") → epoch milliseconds. A skipped time moves ahead, a repeated one is the first. */
export const instantOf = (wall: string, zone: string): number =>
  zone === "UTC" ? Date.parse(`${wall.slice(0, 23)}Z`) : zonedInstant(wall, zone);

/** Zone arithmetic is slow, and series come by the same times again and again. */
const INSTANTS_MAX = 20_000;
const instants = new Map<string, number>();

function zonedInstant(wall: string, zone: string): number {
  const make = (): number => Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).epochMilliseconds;
  return cached(instants, `${zone} ${wall}`, INSTANTS_MAX, make);
}

/** Epoch milliseconds → wall time with milliseconds, no zone. */
export function wallOf(ms: number, zone: string): string {
  if (zone === "UTC") return new Date(ms).toISOString().slice(0, 23);
  const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime();
  return local.toString({ fractionalSecondDigits: 3 });
}

/** The instant a date begins in a zone; on some days that is not 00:00. */
export const dateStart = (date: string, zone: string): number =>
  Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone }).epochMilliseconds;

/** Whether the text is an ISO date and time that names an offset, hence an instant. */
export const hasOffset = (text: string): boolean => /T.*(Z|[+-]\d{2}:?\d{2})$/i.test(text);
