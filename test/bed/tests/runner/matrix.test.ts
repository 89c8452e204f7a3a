import { expect, test } from "vitest";
import type { JsonObject } from "../../runner/host.ts";
import { ALL_WELL } from "../../runner/job-outcome.ts";
import { expand, instanceLabel } from "../../runner/matrix.ts";
import { readWorkflow } from "../../runner/workflow.ts";

async function expanded(strategy: string, needs: JsonObject = {}): Promise<ReturnType<typeof expand>> {
  const read = await readWorkflow(
    "w.yml",
    `on: push\njobs:\n  a:\n    runs-on: x\n    strategy: ${strategy}\n    steps: [{ run: x }]\n`,
  );
  if (read.kind === "invalid") throw new Error(read.problems.map(({ message }) => message).join());
  return expand(read.workflow.jobs[0]?.strategy, { contexts: { needs }, status: ALL_WELL });
}

test("vectors multiply in their order", async () => {
  const { instances, failFast, maxParallel } = await expanded(
    "{ matrix: { a: [1, 2], b: [x, y] }, fail-fast: false, max-parallel: 3 }",
  );

  expect(instances).toEqual([
    { a: 1, b: "x" },
    { a: 1, b: "y" },
    { a: 2, b: "x" },
    { a: 2, b: "y" },
  ]);
  expect({ failFast, maxParallel }).toEqual({ failFast: false, maxParallel: 3 });
});

test("include extends what it does not contradict and adds what fits nowhere (GitHub's own example)", async () => {
  const { instances } = await expanded(`
      matrix:
        fruit: [apple, pear]
        animal: [cat, dog]
        include:
          - color: green
          - { color: pink, animal: cat }
          - { fruit: apple, shape: circle }
          - fruit: banana
          - { fruit: banana, animal: cat }`);

  expect(instances).toEqual([
    { fruit: "apple", animal: "cat", color: "pink", shape: "circle" },
    { fruit: "apple", animal: "dog", color: "green", shape: "circle" },
    { fruit: "pear", animal: "cat", color: "pink" },
    { fruit: "pear", animal: "dog", color: "green" },
    { fruit: "banana" },
    { fruit: "banana", animal: "cat" },
  ]);
});

test("exclude removes every combination that has its values", async () => {
  const { instances } = await expanded("{ matrix: { a: [1, 2], b: [x, y], exclude: [{ a: 1 }, { a: 2, b: y }] } }");

  expect(instances).toEqual([{ a: 2, b: "x" }]);
});

test("a whole matrix can come from the output of another job", async () => {
  const outputs = {
    outputs: { tenants: '{"include":[{"tenant":"hospital-a","wave":1},{"tenant":"clinic-b","wave":2}]}' },
  };
  const { instances } = await expanded(`{ matrix: '\${{ fromJSON(needs.changes.outputs.tenants) }}' }`, {
    changes: outputs,
  });

  expect(instances.map(instanceLabel)).toEqual(["(hospital-a, 1)", "(clinic-b, 2)"]);
});

test.for([
  [
    `{ matrix: { a: '\${{ fromJSON(needs.x.outputs.list) }}' } }`,
    "[]",
    "Matrix vector 'a' does not contain any values",
  ],
  [`{ matrix: '\${{ fromJSON(needs.x.outputs.list) }}' }`, '{"include":[]}', "Matrix must define at least one vector"],
  [
    `{ matrix: { a: '\${{ fromJSON(needs.x.outputs.list) }}' } }`,
    `[${Array.from({ length: 257 }, (_, i) => i)}]`,
    "257 jobs",
  ],
])("%s with %.20s fails as on GitHub", async ([strategy = "", list = "", message]) => {
  await expect(expanded(strategy, { x: { outputs: { list } } })).rejects.toThrow(message);
});
