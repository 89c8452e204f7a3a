import { expect, test } from "vitest";
import { repositoryFiles, textOf } from "./committed.ts";
import { breaches, cycles, layerOf } from "./layers.ts";
import { readSource } from "./source.ts";

const sources = repositoryFiles()
  .filter((path) => /\.m?ts$/.test(path) && !path.includes("/dist/"))
  .map((path) => readSource(path, textOf(path)));
const production = sources.filter(({ path }) => path.startsWith("actions/"));

test("every source of actions/ is found and belongs to a layer", () => {
  const found = new Set(production.map(({ path }) => layerOf(path)));
  expect([...found].sort()).toEqual(
    ["adapters", "contract", "domain", "engine", "main", "ports", "report", "runtime", "use case"].sort(),
  );
});

test("dependencies point inward, and no action knows another", () => {
  expect(production.flatMap(breaches)).toEqual([]);
});

test("no file imports itself through others", () => {
  // Of the bed some are recursive by nature: expressions in functions in expressions, workflows that call workflows.
  const inward = sources.filter(({ path }) => path.startsWith("actions/") || path.startsWith("scripts/"));
  expect(cycles(inward)).toEqual([]);
});

/** The system clock is one file; who asks GitHub waits as its answers say, which no rehearsal has to speed up. */
const clocks = [
  "actions/lib/adapters/clock.ts",
  "actions/lib/adapters/github/client.ts",
  "actions/lib/runtime/id-token.ts",
];

test("only the clock knows what time it is", () => {
  const timed = production
    .filter(({ path }) => !clocks.includes(path))
    .flatMap(({ path, globals }) =>
      globals.filter((name) => name !== "process.env").map((name) => `${path} uses ${name}`),
    );
  expect(timed).toEqual([]);
});

test("only the runtime reads what the runner puts into the environment", () => {
  const reading = production
    .filter(({ path }) => layerOf(path) !== "runtime")
    .filter(({ path, globals }) => {
      // An adapter may look where its SDK or tool is configured; inputs and the run's context come in as values.
      if (layerOf(path) === "adapters") return /\b(INPUT|GITHUB|RUNNER|ACTIONS)_[A-Z]/.test(textOf(path));
      return globals.includes("process.env");
    });
  expect(reading.map(({ path }) => path)).toEqual([]);
});

/** Longer files, each with its reason; an entry that is not needed any more fails. */
const longer: Readonly<Record<string, string>> = {};

test("files stay short enough to be read in one go", () => {
  // A file of tests is a list of cases that are read one by one.
  const long = sources
    .filter(({ path, lines }) => lines > (path.endsWith(".test.ts") ? 400 : 300))
    .map(({ path }) => path);
  expect(long.sort()).toEqual(Object.keys(longer).sort());
});

test.for([
  ["actions/lib/domain/plan.ts", 'import type { Clock } from "../ports/clock.ts";', "domain may not know ports"],
  ["actions/lib/domain/plan.ts", 'import { readFileSync } from "node:fs";', "not a package of this layer"],
  ["actions/lib/engine/wait.ts", 'export { s3 } from "@aws-sdk/client-s3";', "not a package of this layer"],
  ["actions/lib/engine/wait.ts", 'const a = await import("../adapters/clock.ts");', "engine may not know adapters"],
  ["actions/lib/adapters/clock.ts", 'import { plan } from "../engine/plan-stack.ts";', "adapters may not know engine"],
  ["actions/apply/apply.ts", 'import { roll } from "../roll/roll.ts";', "no action knows another"],
  ["actions/apply/apply.ts", 'import { contract } from "./contract.ts";', "use case may not know contract"],
  ["actions/apply/apply.ts", 'import { runAction } from "../lib/runtime/action.ts";', "use case may not know runtime"],
  ["actions/apply/main.ts", 'import { contract } from "../roll/contract.ts";', "no action knows another"],
  ["actions/apply/main.ts", 'import { bed } from "../../test/bed/clock.ts";', "production code is in actions/ only"],
  ["actions/lib/report/block.ts", 'type A = import("../ports/clock.ts").Clock;', "report may not know ports"],
] as const)("in %s, %s is refused: %s", ([path, text, because]) => {
  expect(breaches(readSource(path, text))).toEqual([expect.stringContaining(because)]);
});

test("globals with a life of their own are seen, and values that only look like them are not", () => {
  const text = "const a = new Date(); Date.now(); setTimeout(f, 1); x.setTimeout(2); new Date(0); process.env.A;";
  expect(readSource("a.ts", text).globals).toEqual(["new Date()", "Date.now", "setTimeout", "process.env"]);
});

test("a cycle is told with all its files", () => {
  const a = readSource("actions/a.ts", 'import "./b.ts";');
  const b = readSource("actions/b.ts", 'export * from "./c/c.ts";');
  const c = readSource("actions/c/c.ts", 'import { type A, b } from "../a.ts";');
  expect(cycles([a, b, c])).toEqual([["actions/a.ts", "actions/b.ts", "actions/c/c.ts", "actions/a.ts"]]);
  expect(cycles([a, b, readSource("actions/c/c.ts", 'import type { A } from "../a.ts";')])).toEqual([]);
});
