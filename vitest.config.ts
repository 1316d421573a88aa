import { defineConfig } from "vitest/config";

/** These load the app's functions in ways of their own, which a worker that has loaded them before cannot do again. */
const REGISTERING = ["test/{eventHub,tidy}.test.ts", "test/infra/functions.test.ts"];
/** These start processes or last long: they begin first, so that the others fill what they leave of two cores. */
const LONG = [
  "local/start.test.ts",
  "local/demo/tour.test.ts",
  "local/host/{http,httpStream,queue,queueDelivery,refusal,timer}.test.ts",
  "test/{contracts,e2e,world}/**/*.test.ts",
  "test/deploy/deployed.test.ts",
  "test/infra/{bicep,files,graphPermissions}.test.ts",
];
const APART = [...LONG, ...REGISTERING];

export default defineConfig({
  test: {
    maxWorkers: 2, // on two cores, where many tests wait for processes; one worker would be the default there
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // In the order of their names, the longest file first.
    projects: [
      // A worker each.
      { extends: true, test: { name: "apart", include: APART } },
      // Workers that go from file to file: what these import, the app and its libraries, is loaded once a worker.
      {
        extends: true,
        test: { name: "shared", include: ["{local,shared,test}/**/*.test.ts"], exclude: APART, isolate: false },
      },
    ],
  },
});
