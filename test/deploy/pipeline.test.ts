/** azure.yaml and the workflows, held to what they name: scripts, folders, files, settings. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";

const Hook = z.strictObject({
  posix: z.strictObject({ shell: z.literal("sh"), run: z.string() }),
  windows: z.strictObject({ shell: z.literal("pwsh"), run: z.string() }),
});
const Service = z.strictObject({
  project: z.string(),
  language: z.literal("ts"),
  host: z.literal("function"),
  dist: z.string(),
  remoteBuild: z.literal(false),
  hooks: z.record(z.string(), Hook),
});
const Project = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  requiredVersions: z.strictObject({ azd: z.string().regex(/^>= \d+\.\d+\.\d+$/) }),
  infra: z.strictObject({ provider: z.literal("bicep"), path: z.string(), module: z.string() }),
  services: z.strictObject({ api: Service }),
});

const Step = z.strictObject({
  uses: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  run: z.string().optional(),
});
const Env = z.record(z.string(), z.string());
const Job = z.looseObject({
  uses: z.string().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  "timeout-minutes": z.number().optional(),
  environment: z.string().optional(),
  env: Env.optional(),
  steps: z.array(Step).default([]),
});
const Workflow = z.looseObject({ permissions: z.record(z.string(), z.string()), jobs: z.record(z.string(), Job) });

const text = (file: string): string => readFileSync(file, "utf8");
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(text("package.json")));
const project = Project.parse(parse(text("azure.yaml")));
const workflows = globSync(".github/workflows/*.yml").map((file) => ({ file, ...Workflow.parse(parse(text(file))) }));
const jobs = workflows.flatMap(({ file, jobs: all }) => Object.values(all).map((job) => ({ file, ...job })));
const steps = jobs.flatMap((job) => job.steps);

const hooks = Object.values(project.services.api.hooks).flatMap(({ posix, windows }) => [posix, windows]);
const runs = [...hooks, ...steps].flatMap(({ run }) => (run ? [run] : []));
/** Those started directly, and those that the script of CI starts. */
const npmScripts = [...runs, ...(runs.some((run) => run.includes(".ci/run")) ? [text(".ci/run")] : [])].flatMap((run) =>
  [...run.matchAll(/\bnpm (?:run ([\w:]+)|(test))\b/g)].map(([, name, test]) => name ?? test ?? ""),
);

describe("azure.yaml", () => {
  test("packages what npm run package makes, of the infrastructure that is there", () => {
    const { path, module } = project.infra;
    expect(existsSync(join(path, `${module}.bicep`))).toBe(true);
    const { dist, hooks } = project.services.api;
    expect(text("deploy/package.ts")).toContain(`join(ROOT, "${dist.split("/")[0]}")`);
    expect(text(".gitignore").split("\n")).toContain(`${dist.split("/")[0]}/`);
    expect(Object.keys(hooks)).toEqual(["prepackage", "postdeploy"]);
    for (const { posix, windows } of Object.values(hooks)) expect(windows.run).toBe(posix.run);
  });

  test("nothing in the package is left out by .funcignore", () => {
    const ignored = text(".funcignore").split("\n");
    for (const name of ["host.json", "package.json", "index.js", "chunks"]) expect(ignored).not.toContain(name);
  });
});

describe("the workflows", () => {
  test("run scripts that there are, and all checks and tests before anything is deployed", () => {
    expect(npmScripts.filter((name) => scripts[name] === undefined)).toEqual([]);
    expect(npmScripts).toEqual(expect.arrayContaining(["package", "check:deployed", "check", "test"]));
    const deploy = workflows.find(({ file }) => file.endsWith("deploy.yml"))?.jobs;
    expect(deploy?.check?.uses).toBe("./.github/workflows/ci.yml");
    expect(deploy?.deploy?.needs).toBe("check");
  });

  test("give each parameter that is read from the environment, and its default where it has one", () => {
    const read = [...text("infra/main.bicepparam").matchAll(/readEnvironmentVariable\('(\w+)'(?:, '([^']*)')?\)/g)];
    expect(read.length).toBeGreaterThan(40);
    const given = Env.parse(workflows.find(({ file }) => file.endsWith("deploy.yml"))?.jobs.deploy?.env);
    for (const [, name = "", byDefault] of read)
      expect(given[name]).toBe(`\${{ vars.${name}${byDefault ? ` || '${byDefault}'` : ""} }}`);
  });

  test("name every action by a full commit, and its release beside it", () => {
    const named = workflows.flatMap(({ file }) => [...text(file).matchAll(/uses: (?!\.\/)(.*)/g)].map(([, it]) => it));
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((it) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(it ?? ""))).toEqual([]);
  });

  test("read the repository only, but for the one token that signs in to Azure; and every job ends in time", () => {
    expect(workflows.map(({ permissions }) => permissions)).toEqual(workflows.map(() => ({ contents: "read" })));
    const rights = jobs.flatMap(({ permissions = {} }) => Object.entries(permissions));
    expect(rights.filter(([, right]) => right === "write")).toEqual([["id-token", "write"]]);
    expect(jobs.filter((job) => job.uses === undefined && job["timeout-minutes"] === undefined)).toEqual([]);
    for (const { file } of workflows) expect(text(file)).not.toMatch(/secrets\./);
  });

  test("sign in to Azure from the one environment whose token is trusted, and without a password", () => {
    const signingIn = jobs.filter(({ permissions = {} }) => permissions["id-token"] === "write");
    expect(signingIn.map(({ environment }) => environment)).toEqual(["production"]);
    const logins = steps.flatMap(({ run }) => (run?.includes("auth login") ? [run] : []));
    expect(logins).toEqual([expect.stringContaining("--federated-credential-provider github")]);
    expect(logins.join()).not.toContain("--client-secret");
  });
});
