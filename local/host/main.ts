/** `npm run host -- --port 7071`. Exit: 0 stopped, 1 work left after the grace period, 2 refused, 130 second signal. */
import { startHost } from "./host.js";
import { consoleLog } from "./log.js";
import { parseCommandLine } from "./options.js";
import { HostRefusal, messageOf } from "./refusal.js";

try {
  const { reason, ...options } = parseCommandLine(process.argv.slice(2));
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
      consoleLog.error(`stand-in host: ${messageOf(error)}`);
      process.exit(error instanceof HostRefusal ? 2 : 1);
    }
  };
  process.on("SIGINT", () => void onSignal());
  process.on("SIGTERM", () => void onSignal());
  await host;
} catch (error) {
  if (!(error instanceof HostRefusal)) throw error;
  consoleLog.error(`stand-in host: ${error.message}`);
  process.exit(2); // the app may have left timers and connections behind
}
