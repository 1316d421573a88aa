/** The app and all that it needs in a few files, beside the two that the host reads: what is deployed. */

import { globSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { basename, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { ROOT } from "../local/demo/repository.js";

export interface Bundle {
  /** The folder that is deployed as it is. */
  readonly folder: string;
  /** What the host loads. */
  readonly entry: string;
  /** Of all code, and of what is loaded at the start: the rest is loaded when it is first needed. In bytes. */
  readonly bytes: number;
  readonly startBytes: number;
}

const ENTRY = "index.js";
/** CommonJS packages inside the bundle call `require`, which a module has to make for itself. */
const REQUIRE = 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);';

/**
 * Node's own modules are required, not imported: importing one reads all of its exports, and those of `node:http` load a
 * whole HTTP client that this app may never use, at a third of its load time.
 */
const REQUIRED_BUILTINS: Plugin = {
  name: "required-builtins",
  setup({ onResolve, onLoad }) {
    const namespace = "builtin";
    onResolve({ filter: /^(node:)?[a-z0-9_/]+$/ }, ({ path, kind }) =>
      kind === "import-statement" && isBuiltin(path) ? { path, namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * A checksum in WebAssembly, a tenth of all code, which storage's SDK carries for uploads to blobs and files; this app makes
 * none. Were it ever called, it would say so.
 */
const WITHOUT_CHECKSUMS: Plugin = {
  name: "without-checksums",
  setup({ onLoad }) {
    const contents = 'export default () => Promise.reject(new Error("checksums of uploads are not in this package"));';
    onLoad({ filter: /[\\/]storage-common[\\/]dist[\\/]\w+[\\/]crc64\.js$/ }, () => ({ contents }));
  },
};

/**
 * Tables speak JSON. Their SDK carries a parser of XML, a tenth of what would be loaded at the start, for what a gateway may
 * answer instead: it is loaded when it is needed. Requests in XML set a table's policies, which this app never does.
 */
const XML_WHEN_NEEDED: Plugin = {
  name: "xml-when-needed",
  setup({ onResolve, onLoad }) {
    const namespace = "when-needed";
    const contents = `
      export const parseXML = async (...given) => (await import("@azure/core-xml")).parseXML(...given);
      export const stringifyXML = () => { throw new Error("requests to tables in XML are not in this package"); };`;
    onResolve({ filter: /^@azure\/core-xml$/ }, ({ path, importer }) =>
      /[\\/]data-tables[\\/]/.test(importer) ? { path, namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, () => ({ contents, resolveDir: ROOT }));
  },
};

/** Every trigger file is imported once; each registers its functions. */
export function appSource(): string {
  const triggers = globSync("functions/*.ts", { cwd: ROOT }).filter((file) => !file.endsWith(".test.ts"));
  if (triggers.length === 0) throw new Error(`${join(ROOT, "functions")} holds no function`);
  return triggers
    .sort()
    .map((file) => `import "./functions/${basename(file, ".ts")}.js";`)
    .join("\n");
}

/** Replaces the folder. Errors: throws with esbuild's message where the source does not bundle. */
export async function bundleApp(folder: string): Promise<Bundle> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const sizes = await bundleSource(appSource(), folder);
  await cp(join(ROOT, "host.json"), join(folder, "host.json"));
  const manifest = { name: "outlook-availability", private: true, type: "module", main: ENTRY };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return { folder, entry: join(folder, ENTRY), ...sizes };
}

/** Bundles any source as the app is bundled, so that both can be compared. No source maps: they would be deployed. */
export async function bundleSource(source: string, outdir: string): Promise<Pick<Bundle, "bytes" | "startBytes">> {
  const { metafile } = await build({
    stdin: { contents: source, resolveDir: ROOT, loader: "js" },
    outdir,
    entryNames: basename(ENTRY, ".js"),
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    minify: true,
    splitting: true,
    metafile: true,
    absWorkingDir: ROOT,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"], // of a package that has both, the one of which parts can be left out
    plugins: [REQUIRED_BUILTINS, WITHOUT_CHECKSUMS, XML_WHEN_NEEDED],
    external: ["@azure/functions-core"], // the host supplies it
    banner: { js: REQUIRE },
    legalComments: "none",
    logLevel: "error",
  });
  const files = Object.entries(metafile.outputs);
  const bytesOf = (wanted: (file: string) => boolean): number =>
    files.reduce((sum, [file, { bytes }]) => (wanted(file) ? sum + bytes : sum), 0);
  const [entry] = files.find(([, { entryPoint }]) => entryPoint === "<stdin>") ?? [];
  const atStart = loadedWith(metafile.outputs, entry);
  return { bytes: bytesOf(() => true), startBytes: bytesOf((file) => atStart.has(file)) };
}

type Outputs = Readonly<
  Record<string, { readonly imports: readonly { readonly path: string; readonly kind: string }[] }>
>;

/** The file and all that it imports statically, directly or not. */
function loadedWith(outputs: Outputs, first: string | undefined): ReadonlySet<string> {
  const loaded = new Set(first === undefined ? [] : [first]);
  for (const file of loaded) // grows while it is walked, and ends where nothing new is found
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === "import-statement") loaded.add(path);
  return loaded;
}
