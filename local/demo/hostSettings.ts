/** The app's settings in a local run; what is not named here comes from the environment, such as HORIZON_DAYS. */

/** The tenant of every calendar of a local run. */
export const TENANT_ID = "11111111-1111-1111-1111-111111111111";

export interface Surroundings {
  readonly connectionString: string;
  readonly graphUrl: string;
  readonly clientStateKeys: string;
  readonly port: number;
}

export function hostSettings(surroundings: Surroundings, environment = process.env): NodeJS.ProcessEnv {
  const { connectionString, graphUrl, clientStateKeys, port } = surroundings;
  // Azure's own variables would make the app believe that it runs there.
  const outside = Object.entries(environment).filter(([name]) => !name.startsWith("WEBSITE_"));
  return {
    ...Object.fromEntries(outside),
    FUNCTIONS_WORKER_RUNTIME: "node",
    // Core Tools would take the first Node on PATH, which may be older.
    languageWorkers__node__defaultExecutablePath: process.execPath,
    TZ: "UTC",
    AzureWebJobsStorage: connectionString,
    GRAPH_BASE_URL: graphUrl,
    GRAPH_CREDENTIAL: "none",
    GRAPH_TENANT_ID: TENANT_ID,
    NOTIFICATION_DOOR: "webhook",
    NOTIFICATION_URL: `http://127.0.0.1:${port}/api/graph/notifications`,
    CLIENT_STATE_KEYS: clientStateKeys,
    AUTH: "none",
  };
}
