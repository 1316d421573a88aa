/**
 * Run as a process of its own: loads the app named on the command line as the host's Node worker does, and prints how many
 * milliseconds after the process's start everything was registered, and what was.
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
console.log(JSON.stringify({ ms: performance.now(), functions: registered.sort() }));
process.exit(0);
