import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    exclude: ["node_modules/**", "out/**"],
    // Generous: a slow machine is no failure. How fast things are is what test/bench says.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // For stages with processes of their own (test/e2e): their time cannot wait for a busy machine, as a patient clock's does.
    retry: 2,
    // Two cores is what CI has; the end-to-end tests start processes of their own.
    maxWorkers: 2,
  },
});
