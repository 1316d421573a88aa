/** What the host prints when it starts. */
import type { HostedFunction } from "./functions.js";
import type { HostLog } from "./log.js";

export function firstLine(reason: string | undefined): string {
  const why = reason === undefined ? "" : ` (${reason})`;
  return (
    `Host: this repository's stand-in host${why}. It runs the real app code and the real @azure/functions package; ` +
    "triggers and bindings are our own. Differences: docs/local-run.md"
  );
}

export function announce(log: HostLog, functions: readonly HostedFunction[], url: string, ms: number): void {
  for (const fn of functions) log.info(`  ${fn.name}: ${description(fn, url)}${fn.disabled ? " (disabled)" : ""}`);
  log.info(`ready in ${Math.round(ms)} ms: ${url}`);
}

function description({ name, trigger }: HostedFunction, url: string): string {
  switch (trigger.kind) {
    case "http":
      return `http ${trigger.methods.join(",")} ${url}/${trigger.route.text}`;
    case "queue":
      return `queue ${trigger.queue}`;
    case "eventGrid":
      return `eventGrid ${url}/runtime/webhooks/EventGrid?functionName=${name}`;
    case "timer":
      return `timer ${trigger.schedule.text}`;
    default:
      return trigger satisfies never;
  }
}
