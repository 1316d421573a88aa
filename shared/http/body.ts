/** Request bodies: read with a bound, parsed, checked. */
import type { HttpRequest } from "@azure/functions";
import type * as z from "zod";
import { sentenceOf, unknownName } from "./fieldMessages.js";
import { type FieldError, invalid, type Problem, pointerOf, tooLarge } from "./problem.js";

export const BODY_BYTES_MAX = 1024 * 1024;

/** The body as JSON. Errors: `payloadTooLarge`, before more than the maximum was read; `invalidRequest`. */
export async function readJson(request: HttpRequest): Promise<unknown> {
  const body = await readJsonIfAny(request);
  if (body === undefined) throw invalid([{ pointer: "", detail: "is empty; it should be a JSON object" }]);
  return body;
}

/** The same where a request may have none: `undefined`. */
export async function readJsonIfAny(request: HttpRequest): Promise<unknown> {
  const text = await readText(request);
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw invalid([{ pointer: "", detail: "is not JSON; it should be a JSON object" }]);
  }
}

async function readText(request: HttpRequest): Promise<string> {
  const refused = (): Problem => tooLarge("", `is over ${BODY_BYTES_MAX} bytes; send less in one request`);
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) throw refused();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw refused();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw invalid([{ pointer: "", detail: "is not UTF-8; it should be, and not compressed" }]);
  }
}

/**
 * The value as its schema wants it. Errors: `invalidRequest` that names each field, or `payloadTooLarge` where a list is
 * longer than one request may have.
 */
export function checked<T>(schema: z.ZodType<T>, value: unknown, kind: "field" | "parameter" = "field"): T {
  const parsed = schema.safeParse(value, { error: sentenceOf });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const long = issues.find((issue) => issue.code === "too_big" && issue.origin === "array");
  if (long !== undefined) throw tooLarge(pointerOf(long.path), long.message);
  throw invalid(lastOfEach(errorsOf(issues, kind)));
}

/** One error a field: of two bounds the later one is its own, the earlier that of its type. */
const lastOfEach = (errors: readonly FieldError[]): FieldError[] => [
  ...new Map(errors.map((error) => [error.pointer, error])).values(),
];

function errorsOf(issues: readonly z.core.$ZodIssue[], kind: string): FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), detail: unknownName(kind) }));
    if (issue.code === "invalid_union") {
      // The alternative that came farthest is the one that was meant, and of two the one that knows more of the fields.
      const [nearest = []] = issue.errors.toSorted((a, b) => depth(b) - depth(a) || strange(a) - strange(b));
      const inner = nearest.filter(({ path, code }) => path.length > 0 || code === "unrecognized_keys");
      if (inner.length > 0)
        return errorsOf(
          inner.map((one) => ({ ...one, path: [...issue.path, ...one.path] })),
          kind,
        );
    }
    return [{ pointer: pointerOf(issue.path), detail: issue.message }];
  });
}

const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(0, ...issues.map(({ path, code }) => path.length + (code === "unrecognized_keys" ? 1 : 0)));

/** Fields that the alternative does not know. */
const strange = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 0), 0);
