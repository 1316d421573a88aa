import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{functions,shared,local,test,client}/**/*.test.ts"],
    maxWorkers: 2, // on two cores, where most tests wait for processes; one worker would be the default there
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
