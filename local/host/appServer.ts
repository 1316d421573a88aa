/** The HTTP server that the package opens in this process where the app wants streaming. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Server } from "node:http";
import type { ProgrammingModel } from "./coreTypes.js";
import { HostRefusal } from "./refusal.js";

// https://nodejs.org/api/diagnostics_channel.html#net
const LISTENS = "tracing:net.server.listen:asyncStart";

/** The package tells only its server's address, so it is found as it begins to listen. Undefined: no streaming. */
export async function openAppServer(model: ProgrammingModel | undefined): Promise<Server | undefined> {
  const begun: Server[] = [];
  const note = (message: unknown): void => {
    const server = typeof message === "object" && message !== null && "server" in message ? message.server : undefined;
    if (server instanceof Server) begun.push(server);
  };
  subscribe(LISTENS, note);
  try {
    const { HttpUri: uri } = (await model?.getCapabilities({})) ?? {};
    if (uri === undefined) return undefined;
    const found = begun.find((server) => portOf(server) === Number(new URL(uri).port));
    if (found === undefined)
      throw new HostRefusal(`the app wants requests at ${uri}, but no server of its own is there`);
    return found;
  } finally {
    unsubscribe(LISTENS, note);
  }
}

function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === "object" ? address?.port : undefined;
}
