/** An empty simulator on two ports, by itself. */
import { runCommand } from "../../tools/commandLine.js";
import { SIMULATOR } from "./options.js";
import { serveSimulator } from "./server.js";
import { GraphSimulator } from "./simulator.js";

process.exitCode = await runCommand(SIMULATOR, process.argv.slice(2), async ({ values }) => {
  const { graphUrl, controlUrl, stop } = await serveSimulator(new GraphSimulator(), {
    graphPort: values["graph-port"],
    controlPort: values["control-port"],
    address: values.address,
  });
  console.log(`Graph door   ${graphUrl}/v1.0/`);
  console.log(`Control door ${controlUrl}/`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
  return 0;
});
