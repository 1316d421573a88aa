/** An empty simulator on two ports: `node dist/local/graph/main.js --graph-port 7080 --control-port 7081`. */
import { parseArgs } from "node:util";
import { serveSimulator } from "./server.js";
import { GraphSimulator } from "./simulator.js";

const { values } = parseArgs({
  options: {
    "graph-port": { type: "string", default: "7080" },
    "control-port": { type: "string", default: "7081" },
    address: { type: "string", default: "127.0.0.1" },
  },
});

function port(name: "graph-port" | "control-port"): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  console.error(`--${name}: "${values[name]}" is no port, 0 to 65535`);
  process.exit(1);
}

const served = await serveSimulator(new GraphSimulator(), {
  graphPort: port("graph-port"),
  controlPort: port("control-port"),
  address: values.address,
}).catch((error: unknown) => {
  console.error(`The simulator cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
console.log(`Graph door   ${served.graphUrl}/v1.0/`);
console.log(`Control door ${served.controlUrl}/`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void served.stop());
