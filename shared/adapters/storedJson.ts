/** What storage keeps as JSON. */
import type * as z from "zod";

/** `undefined` for what is not JSON: as unreadable as JSON of another shape. */
export function parsed<T>(schema: z.ZodType<T>, text: unknown): T | undefined {
  try {
    return schema.safeParse(JSON.parse(String(text))).data;
  } catch {
    return undefined;
  }
}
