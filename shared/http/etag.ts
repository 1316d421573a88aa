/** Answers that a caller has already [A7]. */
import { hash } from "node:crypto";
import type { HttpResponseInit } from "@azure/functions";
import type { EpochMs } from "../domain/time.js";

/**
 * `asOf` moves with every read of the calendar though nothing else may: it is left out, so the tag is a weak one. Quotes
 * within a value are escaped in JSON, so that this finds nothing but the field.
 */
const AGES = /"asOf":(?:"[^"]*"|null)/g;

/** 200 with the JSON text, or 304 where `If-None-Match` names it. `oldestAsOf` becomes `Last-Modified`. */
export function conditional(
  text: string,
  ifNoneMatch: string | null,
  oldestAsOf: EpochMs | undefined,
): HttpResponseInit {
  const answer = { headers: { "content-type": "application/json" }, body: text };
  return tagged(text.replace(AGES, ""), ifNoneMatch, oldestAsOf, answer);
}

/** The same for an answer of any form; `content` is all of it that the caller would miss if it changed. */
export function tagged(
  content: string,
  ifNoneMatch: string | null,
  oldestAsOf: EpochMs | undefined,
  answer: HttpResponseInit,
): HttpResponseInit {
  const tag = `"${hash("sha256", content, "base64url")}"`;
  const headers = { etag: `W/${tag}`, ...ageHeaders(oldestAsOf) };
  if (names(ifNoneMatch, tag)) return { status: 304, headers };
  return { ...answer, status: 200, headers: { ...headers, ...answer.headers } };
}

/** Kept by the caller alone, and asked for again each time; as old as the oldest of what it says. */
export const ageHeaders = (oldestAsOf: EpochMs | undefined): Readonly<Record<string, string>> => ({
  "cache-control": "private, max-age=0, must-revalidate",
  ...(oldestAsOf !== undefined && { "last-modified": new Date(oldestAsOf).toUTCString() }),
});

/** RFC 9110, section 13.1.2: compared weakly; a list, or `*` for any. */
function names(ifNoneMatch: string | null, tag: string): boolean {
  if (ifNoneMatch === null) return false;
  return (
    ifNoneMatch.trim() === "*" || [...ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, given]) => given === tag)
  );
}
