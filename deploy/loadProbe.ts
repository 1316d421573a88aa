/**
 * Run as a process of its own: loads the app named on the command line as the host's Node worker does, and prints how many
 * milliseconds after the process's start everything was registered, what was, and whether Node's fetch was loaded for it.
 */
import Module from "node:module";
import { pathToFileURL } from "node:url";

const registered: string[] = [];
const core = {
  version: "1.0.0",
  hostVersion: "4.0.0",
  Disposable: class {},
  setProgrammingModel: () => undefined,
  registerFunction: ({ name }: { readonly name: string }) => registered.push(name),
  registerHook: () => undefined,
  log: () => undefined,
};

const { require: original } = Module.prototype;
Object.assign(Module.prototype, {
  require(this: Module, id: string): unknown {
    return id === "@azure/functions-core" ? core : original.call(this, id);
  },
});

const [, , entry = ""] = process.argv;
await import(pathToFileURL(entry).href);
const ms = performance.now();
const { moduleLoadList = [] } = process as { readonly moduleLoadList?: readonly string[] }; // Node's own, undocumented
const hasFetch = moduleLoadList.some((name) => name.endsWith("deps/undici/undici"));
console.log(JSON.stringify({ ms, functions: registered.sort(), hasFetch }));
process.exit(0);
