/** Errors as they are answered, one schema a code [A8]. */
import * as z from "zod";
import { PROBLEM_STATUS, type ProblemCode, TITLES } from "../problem.js";
import { availability } from "./availability.js";

const FieldErrors = z
  .array(
    z
      .strictObject({
        pointer: z.string().describe("RFC 6901 into the body, or `/name` of a parameter; empty: the whole body."),
        detail: z.string().describe("What is wrong with it and what to do, as a sentence that begins with its name."),
      })
      .meta({ id: "FieldError" }),
  )
  .min(1);

const problem = <const Code extends ProblemCode, const More extends z.ZodRawShape>(code: Code, more: More) =>
  z
    .strictObject({
      type: z.literal("about:blank"),
      title: z.literal(TITLES[code]),
      status: z.literal(PROBLEM_STATUS[code]),
      code: z.literal(code),
      detail: z.string(),
      ...more,
    })
    .meta({ id: `${code.charAt(0).toUpperCase()}${code.slice(1)}Problem` });

export const PROBLEMS = {
  invalidRequest: problem("invalidRequest", { errors: FieldErrors }),
  unauthenticated: problem("unauthenticated", {}),
  forbidden: problem("forbidden", {}),
  notFound: problem("notFound", { errors: FieldErrors }),
  payloadTooLarge: problem("payloadTooLarge", { errors: FieldErrors }),
  staleData: problem("staleData", availability),
  storageUnavailable: problem("storageUnavailable", {}),
  keysUnavailable: problem("keysUnavailable", {}),
  internal: problem("internal", {}),
} as const satisfies Readonly<Record<ProblemCode, z.ZodObject>>;
