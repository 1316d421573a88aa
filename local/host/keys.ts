/** Access keys: unchecked by default, as in `func start`; with `enableAuth` taken from the environment. */
import type { IncomingMessage } from "node:http";
import type { Env } from "./settings.js";

export type AuthLevel = "anonymous" | "function" | "admin" | "eventGrid";

export interface Keys {
  allows(level: AuthLevel, request: IncomingMessage): boolean;
}

export function readKeys(enableAuth: boolean, env: Env): Keys {
  if (!enableAuth) return { allows: () => true };
  const master = env.LOCAL_HOST_MASTER_KEY;
  const accepted: Readonly<Record<AuthLevel, readonly (string | undefined)[]>> = {
    anonymous: [],
    function: [env.LOCAL_HOST_FUNCTION_KEY, master],
    admin: [master],
    eventGrid: [env.LOCAL_HOST_EVENTGRID_KEY, master],
  };
  return {
    allows(level, request) {
      if (level === "anonymous") return true;
      const key = keyOf(request);
      return key !== "" && accepted[level].includes(key); // a key that is not configured opens nothing
    },
  };
}

function keyOf(request: IncomingMessage): string {
  const header = request.headers["x-functions-key"];
  if (typeof header === "string" && header !== "") return header;
  const query = new URLSearchParams((request.url ?? "").split("?").slice(1).join("?"));
  return query.get("code") ?? "";
}
