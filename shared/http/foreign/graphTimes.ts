/** Graph's ways to write times: instants in a query, and wall-clock times with the name of a zone. */
import { type EpochMs, parseRfc3339 } from "../../domain/time.js";
import { localEnd, localStart } from "../../domain/wallClock.js";
import { meaningOf, resolveZone, type ZoneId } from "../../domain/zones.js";
import { repairedOffset } from "../queryFields.js";
import { GraphProblem } from "./graphProblem.js";

const TIME = /^(\d{4}-\d{2}-\d{2})(?:[Tt](\d{2}:\d{2})(?::(\d{2}(?:\.\d{1,9})?))?)?([Zz]|[+-]\d{2}:\d{2})?$/;

/** A zone as the caller wrote it, which is how it is written back. */
export interface AskedZone {
  readonly name: string;
  readonly id: ZoneId;
}

export const UTC: AskedZone = { name: "UTC", id: "UTC" as ZoneId };

/** Errors: Graph's own, for what names no zone. */
export function askedZone(name: string): AskedZone {
  const id = resolveZone(name);
  if (id !== undefined) return { name, id };
  throw new GraphProblem(
    400,
    "TimeZoneNotSupportedException",
    "The time zone is not known; it should be a Windows or IANA name, as W. Europe Standard Time or Europe/Berlin.",
  );
}

export type GivenTime =
  | { readonly kind: "instant"; readonly at: EpochMs }
  /** Read as if it were UTC. */
  | { readonly kind: "local"; readonly local: EpochMs };

/** Date, with or without a time, seconds and an offset. `undefined` for what is no time. */
export function givenTime(text: string): GivenTime | undefined {
  const [, date, time = "00:00", seconds = "00", offset] = TIME.exec(text) ?? [];
  const at = date === undefined ? undefined : parseRfc3339(`${date}T${time}:${seconds}${offset ?? "Z"}`);
  if (at === undefined) return undefined;
  return offset === undefined ? { kind: "local", local: at } : { kind: "instant", at };
}

/** Of a query, where no offset means UTC. */
export function queryInstant(text: string): EpochMs | undefined {
  const given = givenTime(repairedOffset(text));
  return given?.kind === "local" ? given.local : given?.at;
}

/** A wall-clock time that means two instants means the one that makes the range longer. */
export function instantIn(given: GivenTime, zone: ZoneId, edge: "start" | "end"): EpochMs {
  if (given.kind === "instant") return given.at;
  const { earliest, latest } = meaningOf(given.local, zone);
  return edge === "start" ? earliest : latest;
}

/** `dateTimeTimeZone`, with Graph's seven decimals. https://learn.microsoft.com/graph/api/resources/datetimetimezone */
export const shownStart = (at: EpochMs, zone: AskedZone): object => shown(localStart(at, zone.id), zone);
export const shownEnd = (at: EpochMs, zone: AskedZone): object => shown(localEnd(at, zone.id), zone);

/** Dates stand at midnight in whatever zone was asked for. */
export const shown = (local: EpochMs, { name }: AskedZone): object => ({
  dateTime: `${new Date(local).toISOString().slice(0, 19)}.0000000`,
  timeZone: name,
});
