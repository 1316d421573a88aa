/**
 * Where the app under test runs: with E2E_BASE_URL somewhere else, with nothing of it in our hands; otherwise in a host of
 * the tests' own. Everything about it comes from the environment, so that the same tests run on any host.
 */
const { E2E_BASE_URL, E2E_FUNCTION_KEY, E2E_MASTER_KEY, E2E_EVENTGRID_KEY, E2E_TIMEOUT_FACTOR } = process.env;

/** Origin without a slash at the end. */
export const baseUrlElsewhere = E2E_BASE_URL?.replace(/\/+$/, "");
export const isElsewhere = baseUrlElsewhere !== undefined;
export const keys = { function: E2E_FUNCTION_KEY, master: E2E_MASTER_KEY, eventGrid: E2E_EVENTGRID_KEY };
/** A slow host, or one that starts from zero, gets so many times longer. */
export const timeoutFactor = Number(E2E_TIMEOUT_FACTOR ?? 1);

if (isElsewhere)
  console.info("E2E_BASE_URL is set: tests that need simulated Graph, storage or a host of their own are skipped");
