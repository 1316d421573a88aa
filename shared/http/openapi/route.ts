/** One operation as the document describes it. */
import type * as z from "zod";
import type { Role } from "../caller.js";
import type { ProblemCode } from "../problem.js";

/** An answer that is no problem. */
export interface Answer {
  readonly description: string;
  /** JSON; nothing where the answer has no body. */
  readonly schema?: z.ZodType;
  /** Default: `application/json`. */
  readonly mediaType?: string;
  /** Headers that come with it, and what they mean. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Operation {
  readonly method: "get" | "post";
  /** Below `/api`, as in `/calendars/{id}`. */
  readonly path: string;
  /** Unique; the examples are kept under it. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly role: Role | "anonymous";
  /** Parameters of the path, by name. */
  readonly pathParameters?: Readonly<Record<string, z.ZodType>>;
  /** Lists are repeatable parameters unless they are in `commaSeparated`. */
  readonly query?: Readonly<Record<string, z.ZodType>>;
  readonly commaSeparated?: readonly string[];
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, Answer>>;
  /** What its own work may end with; those of `GUARDED` come with every role. */
  readonly problems: readonly ProblemCode[];
}

/** What any route that demands a role may answer. */
export const GUARDED: readonly ProblemCode[] = [
  "unauthenticated",
  "forbidden",
  "storageUnavailable",
  "keysUnavailable",
  "internal",
];
