import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./checkout.ts";

/** What each script in scripts/ starts. */
const programs = {
  "audit-trail": "scripts/audit/audit-trail.ts",
  bed: "test/bed/cli.ts",
  bench: "test/bench/run.ts",
  "bench sweep": "test/bed/sweep/run.ts",
  bootstrap: "scripts/bootstrap.ts",
  build: "scripts/build.ts",
  demo: "test/bed/demo.ts",
  docs: "scripts/docs.ts",
  "provision-tenant": "scripts/provision/provision-tenant.ts",
};

function run(program: string, ...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(root, program), ...args], { encoding: "utf8", timeout: 60_000 });
}

describe.for(Object.entries(programs))("%s", ([name, program]) => {
  test("--help says how it is called, and does nothing", () => {
    const { status, stdout } = run(program, "--help");

    expect(status).toBe(0);
    expect(stdout).toContain(name === "docs" ? "scripts/docs.ts" : `scripts/${name}`);
  });

  test("an option it does not have is said in one line, without a stack", () => {
    const { status, stderr } = run(program, "--bogus");

    expect(status).toBe(2);
    expect(stderr).toMatch(/^unknown option '--bogus'\n\n/);
    expect(stderr).not.toContain("    at ");
  });
});

test.for([
  ["test/bed/cli.ts", ["bed"], "unexpected argument 'bed'"],
  ["test/bed/cli.ts", ["--speed", "-1"], "option '--speed' argument is ambiguous"],
  ["test/bed/cli.ts", ["--port", "abc"], "--port must be a number of at least 0, got abc"],
  ["test/bed/demo.ts", ["--speed", "0"], "--speed must be a number of at least 1, got 0"],
  ["test/bench/run.ts", ["--runs", "0"], "--runs must be a whole number of at least 1, got 0"],
  ["test/bench/run.ts", ["nothing"], "no benchmark nothing; there is "],
  ["test/bed/sweep/run.ts", ["--scenario", "none"], "no scenario none; there is "],
  ["scripts/build.ts", ["paln"], "no action paln; there is "],
] as const)("%s %j is refused: %s", ([program, args, because]) => {
  const { status, stdout, stderr } = run(program, ...args);

  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr.startsWith(because), stderr).toBe(true);
});
