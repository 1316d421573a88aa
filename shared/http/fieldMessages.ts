/** What is wrong with a field, said so that it goes on after the field's name, and what to do about it [A8]. */
import type * as z from "zod";

const EXPECTED: Readonly<Record<string, string>> = {
  array: "should be a list",
  boolean: "should be true or false",
  int: "should be a whole number",
  number: "should be a number",
  object: "should be an object",
  record: "should be an object",
  string: "should be text",
};

/** For zod's `error`. `undefined` leaves zod's own words, for what no schema here can meet. */
export function sentenceOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return expected(issue, EXPECTED[issue.expected]);
    case "invalid_value":
      return expected(issue, `should be one of ${issue.values.join(", ")}`);
    case "too_small":
      return `should ${boundOf(issue.origin)} at least ${issue.minimum}${unitOf(issue.origin, issue.minimum)}`;
    case "too_big":
      return `should ${boundOf(issue.origin)} at most ${issue.maximum}${unitOf(issue.origin, issue.maximum)}`;
    default:
      return undefined;
  }
}

const expected = ({ input }: { readonly input?: unknown }, should: string | undefined): string | undefined =>
  input === undefined && should !== undefined ? `is missing; it ${should}` : should;

/** The same for one schema, in its own words but for its bounds: `should` is a whole sentence but for its subject. */
export const expecting =
  (should: string): z.core.$ZodErrorMap =>
  (issue) =>
    issue.code === "too_big" || issue.code === "too_small" ? sentenceOf(issue) : expected(issue, should);

export const unknownName = (kind: string): string => `is no ${kind} of this request; leave it out`;
export const GIVEN_TWICE = "is given more than once; give it once";

const boundOf = (origin: string): string => (origin === "array" || origin === "string" ? "have" : "be");

const UNITS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  array: [" entry", " entries"],
  string: [" character", " characters"],
};
const unitOf = (origin: string, bound: number | bigint): string => UNITS[origin]?.[Number(bound) === 1 ? 0 : 1] ?? "";
