/** `npm run host -- --port 7071`; options.ts says its options, and how it ends. */
import { type Given, runCommand } from "../../tools/commandLine.js";
import { startHost } from "./host.js";
import { consoleLog } from "./log.js";
import { HOST } from "./options.js";
import { HostRefusal, messageOf } from "./refusal.js";

/** Nothing while the host runs: a signal ends the process. */
async function run({ values }: Given<typeof HOST>): Promise<number | undefined> {
  const { port, address, app: appDir, enableAuth, grace: graceSeconds, reason } = values;
  const options = { port, address, appDir, enableAuth, graceSeconds };
  // Before the app is loaded: a signal during a slow start must not be lost.
  const host = startHost(reason === undefined ? options : { ...options, reason });
  let signals = 0;
  const onSignal = async (): Promise<void> => {
    signals += 1;
    if (signals > 1) process.exit(130);
    try {
      await (await host).stop();
      process.exit(0);
    } catch (error) {
      process.exit(ended(error));
    }
  };
  process.on("SIGINT", () => void onSignal());
  process.on("SIGTERM", () => void onSignal());
  return host.then(() => undefined, ended);
}

/** Says what ended the host. Its exit code. */
function ended(error: unknown): number {
  consoleLog.error(`stand-in host: ${messageOf(error)}`);
  return error instanceof HostRefusal ? 2 : 1;
}

const code = await runCommand(HOST, process.argv.slice(2), run);
if (code !== 0) process.exit(code); // the app may have left timers and connections behind
