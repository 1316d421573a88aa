/** The defaults of every setting that a benchmark or the cost model depends on, as the app itself has them. */
import { parseConfig } from "../shared/config.js";

export const { policy: DEFAULT_POLICY, defaultMaxAgeMs: DEFAULT_MAX_AGE_MS } = parseConfig({
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  NOTIFICATION_URL: "https://localhost/",
  CLIENT_STATE_KEYS: `k:${Buffer.alloc(32).toString("base64")}`,
  AUTH: "key",
});
