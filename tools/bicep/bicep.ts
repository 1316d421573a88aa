/** What is asked of the Bicep CLI, by the names of its own commands. Files are given from the project's folder. */
import { resolve } from "node:path";
import * as z from "zod";
import type { BicepSession } from "./session.js";

/** Made-up ids that make a snapshot the same everywhere. */
const SNAPSHOT_SCOPE = {
  subscriptionId: "00000000-0000-0000-0000-000000000001",
  tenantId: "00000000-0000-0000-0000-000000000002",
  resourceGroup: "rg-availability",
  location: "westeurope",
};

const Diagnostics = z.array(
  z.object({
    source: z.string(),
    range: z.object({ start: z.object({ line: z.number(), char: z.number() }) }),
    level: z.string(),
    code: z.string(),
    message: z.string(),
  }),
);
/** The linter's words are among the compiler's. Each is one line; without any, all is well. */
const Complaints = Diagnostics.transform((all) =>
  all.map(
    ({ source, range: { start }, level, code, message }) =>
      `${source}(${start.line + 1},${start.char + 1}) : ${level} ${code}: ${message}`,
  ),
);
const Compiled = z.object({ contents: z.string().nullish(), diagnostics: Complaints });
const CompiledParameters = z.object({ parameters: z.string().nullish(), diagnostics: Complaints });
const Formatted = z.object({ contents: z.string() });
const Made = z.object({ snapshot: z.string() });

export interface Built {
  /** JSON; nothing where there is an error among the complaints. */
  readonly json: string;
  readonly complaints: readonly string[];
}
export type Evaluated =
  | { readonly kind: "made"; readonly snapshot: string }
  | { readonly kind: "refused"; readonly reason: string };

export interface Bicep {
  /** A template, compiled and linted with all its modules. */
  build(file: string): Promise<Built>;
  /** A parameter file, with what the environment of the session says. */
  buildParams(file: string): Promise<Built>;
  format(file: string): Promise<string>;
  /** The resources that a parameter file comes to. */
  snapshot(file: string): Promise<Evaluated>;
}

/** Errors: throws where the CLI cannot be asked or answers in another shape; what it says of a file is in the answers. */
export function bicepOf(session: BicepSession): Bicep {
  const ask = async <T>(method: string, file: string, Shape: z.ZodType<T>, more = {}): Promise<T> => {
    const answer = await session.ask(method, { path: resolve(file), ...more });
    if (answer.kind === "refused") throw new Error(`${file}: ${answer.reason}`);
    return Shape.parse(answer.result);
  };
  const buildParams = async (file: string): Promise<Built> => {
    const built = await ask("bicep/compileParams", file, CompiledParameters, { parameterOverrides: {} });
    return { json: built.parameters ?? "", complaints: built.diagnostics };
  };
  return {
    buildParams,
    async build(file) {
      const { contents, diagnostics } = await ask("bicep/compile", file, Compiled);
      return { json: contents ?? "", complaints: diagnostics };
    },
    async format(file) {
      return (await ask("bicep/format", file, Formatted)).contents;
    },
    async snapshot(file) {
      const request = { path: resolve(file), metadata: SNAPSHOT_SCOPE, externalInputs: null };
      const answer = await session.ask("bicep/getSnapshot", request);
      if (answer.kind === "result") return { kind: "made", snapshot: Made.parse(answer.result).snapshot };
      const { complaints } = await buildParams(file); // of what does not compile, a snapshot says no more than that
      return { kind: "refused", reason: [...complaints, answer.reason].join("\n") };
    },
  };
}
