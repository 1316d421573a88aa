import { defineConfig } from "vitest/config";

/** Tests that keep to their own objects: neither processes, nor the app's one registration, nor a clock that all share. */
const PURE = ["{shared,local/graph}/**/*.test.ts", "test/{client,domain,monitoring}/**/*.test.ts"];

export default defineConfig({
  test: {
    maxWorkers: 2, // on two cores, where most tests wait for processes; one worker would be the default there
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      // A worker for all of them: what they import is loaded once, not once a file.
      { extends: true, test: { name: "pure", include: PURE, isolate: false } },
      {
        extends: true,
        test: { name: "apart", include: ["{functions,local,test}/**/*.test.ts"], exclude: PURE },
      },
    ],
  },
});
