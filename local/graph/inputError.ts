import type { z } from "zod";

/** What a caller of the simulator, in code or at the control door, got wrong. */
export class SimulatorInputError extends Error {
  /** The offending field, as the caller wrote it. */
  readonly field: string;

  constructor(field: string, message: string) {
    super(`${field}: ${message}`);
    this.name = "SimulatorInputError";
    this.field = field;
  }
}

/** Checks what came from outside; the first problem is thrown with its field. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknownKey = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  throw new SimulatorInputError(
    [...(issue?.path ?? []), ...unknownKey].join(".") || "body",
    issue?.message ?? "invalid",
  );
}
