/** Route templates: `items/{id:int}/{*rest}`. Literals ignore case; values are percent-decoded, except `%2F`. */
import { HostRefusal } from "./refusal.js";

type Check = (value: string) => boolean;

interface Literal {
  readonly kind: "literal";
  readonly text: string;
}

interface Parameter {
  readonly kind: "parameter";
  readonly name: string;
  readonly optional: boolean;
  readonly rest: boolean;
  readonly checks: readonly Check[];
}

type Segment = Literal | Parameter;

export interface Template {
  readonly text: string;
  readonly segments: readonly Segment[];
}

export type Params = Readonly<Record<string, string>>;

export function parseTemplate(text: string): Template {
  return { text, segments: splitPath(text).map(parseSegment) };
}

/** The parameters of a path that matches; undefined if it does not. */
export function matchTemplate(template: Template, parts: readonly string[]): Params | undefined {
  if (!coversAll(template, parts.length)) return undefined;
  const params: [string, string][] = [];
  for (const [at, segment] of template.segments.entries()) {
    const part = segment.kind === "parameter" && segment.rest ? parts.slice(at).join("/") : parts[at];
    if (part === undefined || part === "") {
      if (segment.kind === "literal" || !(segment.optional || segment.rest)) return undefined;
    } else if (segment.kind === "literal") {
      if (decode(part).toLowerCase() !== segment.text) return undefined;
    } else {
      const value = decode(part);
      if (!segment.checks.every((check) => check(value))) return undefined;
      params.push([segment.name, value]);
    }
  }
  return Object.fromEntries(params);
}

/** Whether some path could match both templates, so that the first in order hides the other there. */
export function overlap(one: Template, other: Template): boolean {
  const length = Math.max(one.segments.length, other.segments.length);
  for (let at = 0; at < length; at += 1) {
    const a = one.segments[at];
    const b = other.segments[at];
    if (a === undefined || b === undefined) return mayEnd(one, at) && mayEnd(other, at);
    if (isRest(a) || isRest(b)) return true;
    if (!segmentsOverlap(a, b)) return mayEnd(one, at) && mayEnd(other, at);
  }
  return true;
}

function segmentsOverlap(a: Segment, b: Segment): boolean {
  if (a.kind === "literal" && b.kind === "literal") return a.text === b.text;
  if (a.kind === "literal") return b.kind === "parameter" && b.checks.every((check) => check(a.text));
  if (b.kind === "literal") return a.checks.every((check) => check(b.text));
  return true; // whether two constraints exclude each other is not worth knowing for a warning
}

function mayEnd(template: Template, at: number): boolean {
  const next = template.segments[at];
  return next === undefined || (next.kind === "parameter" && (next.optional || next.rest));
}

function isRest(segment: Segment): boolean {
  return segment.kind === "parameter" && segment.rest;
}

function coversAll(template: Template, parts: number): boolean {
  const last = template.segments.at(-1);
  return parts <= template.segments.length || (last !== undefined && isRest(last));
}

/** The parts of a path; a slash at either end does not count. */
export function splitPath(path: string): readonly string[] {
  const trimmed = path.replace(/^\/|\/$/g, "");
  return trimmed === "" ? [] : trimmed.split("/");
}

/** An escaped slash stays escaped: it must not look like a separator. */
function decode(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return part
      .split(/(%2f)/i)
      .map((piece) => (/^%2f$/i.test(piece) ? piece : decodeURIComponent(piece)))
      .join("");
  } catch {
    return part; // not valid percent-encoding: taken as it is written
  }
}

function parseSegment(text: string): Segment {
  const inner = /^\{(?<rest>\*{0,2})(?<name>\w+)(?<constraints>(?::[^:{}?]+)*)(?<optional>\??)\}$/.exec(text)?.groups;
  if (inner === undefined) {
    if (/[{}]/.test(text)) throw new HostRefusal(`route constraint "${text}" is not supported`);
    return { kind: "literal", text: decode(text).toLowerCase() };
  }
  const constraints = (inner.constraints ?? "").split(":").slice(1);
  return {
    kind: "parameter",
    name: inner.name ?? "",
    optional: inner.optional === "?",
    rest: inner.rest !== "",
    checks: constraints.map(parseConstraint),
  };
}

const INT32_MAX = 2_147_483_647;

// https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints
function parseConstraint(text: string): Check {
  const [, name, a, b] = /^(\w+)(?:\((\d+)(?:,(\d+))?\))?$/.exec(text) ?? [];
  const first = Number(a);
  if (a === undefined && name === "int")
    return (value) => /^-?\d+$/.test(value) && Math.abs(Number(value)) <= INT32_MAX;
  if (a === undefined && name === "guid") return (value) => GUID.test(value);
  if (a === undefined && name === "alpha") return (value) => /^[a-z]*$/i.test(value);
  if (a !== undefined && name === "length") {
    return (value) => value.length >= first && value.length <= Number(b ?? first);
  }
  if (a !== undefined && b === undefined && name === "minlength") return (value) => value.length >= first;
  if (a !== undefined && b === undefined && name === "maxlength") return (value) => value.length <= first;
  throw new HostRefusal(`route constraint "${text}" is not supported`);
}

const GUID = /^[{(]?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}[)}]?$/i;
