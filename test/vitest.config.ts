import { configDefaults, defineConfig } from "vitest/config";

/** Tests whose stage has processes of its own: its time goes on while the machine is busy, where a patient clock's waits. */
const staged = [
  "test/e2e/**/*.test.ts",
  "test/bed/sweep/**/*.test.ts",
  "test/containers/**/*.test.ts",
  "test/actions/{settle,restore-workflow}.test.ts",
  "test/infra/roles-on-stage.test.ts",
];

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    // Generous: a slow machine is no failure. How fast things are is what test/bench says.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Two cores is what CI has; the end-to-end tests start processes of their own.
    maxWorkers: 2,
    projects: [
      // Nothing is tried again that could wait for the machine: what fails now and then is wrong now and then.
      {
        extends: true,
        test: {
          name: "tests",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, "out/**", ...staged],
        },
      },
      { extends: true, test: { name: "stages", include: staged, retry: 2 } },
    ],
  },
});
