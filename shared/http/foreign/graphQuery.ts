/** A request at Graph's door, taken from its own HTTP request or out of a batch. */
import { GIVEN_TWICE } from "../fieldMessages.js";
import { type FieldError, invalid, pointerOf } from "../problem.js";
import { GraphProblem } from "./graphProblem.js";
import { type AskedZone, askedZone, UTC } from "./graphTimes.js";

export interface GraphRequest {
  readonly method: string;
  /** Where Graph's door is for this caller, without a slash at the end. */
  readonly root: string;
  /** Below the root, without a slash at the beginning, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: () => Promise<unknown>;
}

/** The platform's own parameter: a Functions key. */
const KEY = "code";

/** Options by their names in lower case, as Graph takes them. Errors: for those that are not in `known` or given twice. */
export function optionsOf(query: URLSearchParams, known: ReadonlySet<string>): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  const errors: FieldError[] = [];
  for (const [given, value] of query) {
    const name = given.toLowerCase();
    if (name === KEY) continue;
    if (!known.has(name))
      errors.push({ pointer: pointerOf([given]), detail: "is no option that is answered here; leave it out" });
    else if (options.has(name)) errors.push({ pointer: pointerOf([given]), detail: GIVEN_TWICE });
    options.set(name, value);
  }
  if (errors.length > 0) throw invalid(errors);
  return options;
}

/** A part of a path. Errors: for what is not percent-encoded as it should be. */
export function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new GraphProblem(400, "BadRequest", "The address is not percent-encoded as it should be.");
  }
}

export interface Preferred {
  readonly zone: AskedZone;
  /** `Preference-Applied`, where something was. */
  readonly headers: Readonly<Record<string, string>>;
}

/** `Prefer: outlook.timezone="…"`, alone or in a list with others. Errors: Graph's own for a zone that is none. */
export function preferredOf(headers: Headers): Preferred {
  const given = /(?:^|[,;])\s*outlook\.timezone\s*=\s*(?:"([^"]*)"|([^,;]+))/i.exec(headers.get("prefer") ?? "");
  if (given === null) return { zone: UTC, headers: {} };
  const zone = askedZone((given[1] ?? given[2] ?? "").trim());
  return { zone, headers: { "preference-applied": `outlook.timezone="${zone.name}"` } };
}
