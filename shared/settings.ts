/** How single settings are read: each reader names the setting and what it should be, and never its value. */
import * as z from "zod";

/** Says in one line which settings are wrong and what each should be. Safe to print: holds no setting's value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(...problems: readonly string[]) {
    super(problems.join("; "));
    this.problems = problems;
  }
}

export type Settings = Readonly<Record<string, string | undefined>>;

/**
 * What each reader reads. Errors: one `ConfigError` of all that is wrong, each thing once: who has mended one setting is not
 * sent back for the next.
 */
export function together<T extends object>(readers: { readonly [Field in keyof T]: () => T[Field] }): T {
  const problems = new Set<string>();
  const read = Object.entries<() => unknown>(readers).map(([field, reader]) => [field, attempted(reader, problems)]);
  if (problems.size > 0) throw new ConfigError(...problems);
  return Object.fromEntries(read) as T;
}

function attempted(reader: () => unknown, problems: Set<string>): unknown {
  try {
    return reader();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) problems.add(problem);
    return undefined;
  }
}

/** Errors: `ConfigError` where it is missing. */
export function required(settings: Settings, name: string, shouldBe: string): string {
  const value = settings[name]?.trim();
  if (!value) throw new ConfigError(`${name} is not set: it should be ${shouldBe}`);
  return value;
}

/** `undefined` where it is not set. */
export function optional<T>(settings: Settings, name: string, schema: z.ZodType<T>, shouldBe: string): T | undefined {
  const value = settings[name]?.trim();
  if (!value) return undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ConfigError(`${name} should be ${shouldBe}`);
  return parsed.data;
}

export function whole(settings: Settings, name: string, fallback: number, min: number, max: number): number {
  const schema = z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
  return optional(settings, name, schema, `a whole number from ${min} to ${max}`) ?? fallback;
}

export function choice<const T extends string>(
  settings: Settings,
  name: string,
  choices: readonly T[],
  fallback: T,
): T {
  return optional(settings, name, z.enum(choices), `one of ${choices.join(", ")}`) ?? fallback;
}

/** `https:`, or `http:` on loopback, as long as tokens and hints travel only inside this machine. */
export function url(settings: Settings, name: string): string {
  const value = required(settings, name, "an https: URL");
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  const isSafe = parsed?.protocol === "https:" || (parsed?.protocol === "http:" && isLoopback(parsed.hostname));
  if (parsed === undefined || !isSafe || parsed.username !== "" || parsed.password !== "" || parsed.hash !== "")
    throw new ConfigError(
      `${name} should be an https: URL (http: only for a loopback address), without user or fragment`,
    );
  return value;
}

export const hostOf = (hostAndPort: string): string =>
  URL.canParse(`http://${hostAndPort}`) ? new URL(`http://${hostAndPort}`).hostname : "";

export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
