import { defineConfig } from "vitest/config";

/** These load the app's functions in ways of their own, which a worker that has loaded them before cannot do again. */
const APART = ["test/{eventHub,tidy}.test.ts", "test/infra/functions.test.ts"];

export default defineConfig({
  test: {
    maxWorkers: 2, // on two cores, where many tests wait for processes; one worker would be the default there
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      // Its workers go from file to file: what these import, the app and its libraries, is loaded once a worker.
      {
        extends: true,
        test: { name: "shared", include: ["{local,shared,test}/**/*.test.ts"], exclude: APART, isolate: false },
      },
      // A worker each.
      { extends: true, test: { name: "apart", include: APART } },
    ],
  },
});
