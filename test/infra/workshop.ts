/** What the tests with the real Bicep CLI share: one process of it, and both stages compiled once. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bicep, bicepOf, type Evaluated } from "../../tools/bicep/bicep.js";
import { openSession } from "../../tools/bicep/session.js";
import { Template } from "./compiled.js";

const STAGES = ["main", "events"] as const;

export interface Workshop {
  readonly bicep: Bicep;
  readonly main: Template;
  readonly events: Template;
  /** A folder for files of one test's own; main.json and events.json, the compiled stages, are in it. */
  readonly folder: string;
  /** What a parameter file of infra/snapshots/ comes to once it is changed. */
  snapshotOf(name: string, place: string | RegExp, text: string): Promise<Evaluated>;
  close(): Promise<void>;
}

/** Errors: throws with what the compiler says of a stage, warnings too. */
export async function openWorkshop(cli: string, env: Readonly<Record<string, string>>): Promise<Workshop> {
  const folder = mkdtempSync(join(tmpdir(), "bicep-"));
  const session = openSession(cli, env);
  const bicep = bicepOf(session);
  const compile = async (stage: string): Promise<Template> => {
    const { json, complaints } = await bicep.build(`infra/${stage}.bicep`);
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
    writeFileSync(join(folder, `${stage}.json`), json);
    return Template.parse(JSON.parse(json));
  };
  const [main, events] = [await compile(STAGES[0]), await compile(STAGES[1])];
  cpSync("infra/bicepconfig.json", join(folder, "bicepconfig.json"));
  mkdirSync(join(folder, "snapshots"));
  return {
    bicep,
    main,
    events,
    folder,
    snapshotOf(name, place, text) {
      const file = join("snapshots", `${name}.bicepparam`);
      writeFileSync(join(folder, file), onCompiled(readFileSync(join("infra", file), "utf8")).replace(place, text));
      return bicep.snapshot(join(folder, file));
    },
    async close() {
      await session.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A parameter file for a stage as it was compiled: each case then only takes the evaluation. */
export const onCompiled = (parameters: string): string =>
  parameters.replace(/^using '(.*)\.bicep'/m, "using '$1.json'");
