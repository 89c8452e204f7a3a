import { expect, test } from "vitest";
import { jobOf, runOnPush } from "./rehearsal.ts";

const CHECKOUT = "- uses: actions/checkout@v6";

/** Says which part of it runs, with its inputs and state. */
const SPEAK = (part: string): string => `
const { appendFileSync } = require("node:fs");
const { INPUT_WHO, "INPUT_TIMEOUT-MINUTES": minutes, STATE_token } = process.env;
console.log("${part} who=" + INPUT_WHO + " minutes=" + minutes + " state=" + STATE_token + " action=" + process.env.GITHUB_ACTION);
if ("${part}" === "main") appendFileSync(process.env.GITHUB_STATE, "token=abc\\n");
if (INPUT_WHO === "nobody" && "${part}" === "main") process.exitCode = 3;
`;
const NODE_ACTION = {
  "actions/speak/action.yml": `
name: speak
description: Speaks.
inputs:
  who: { description: Who., required: true }
  timeout-minutes: { description: How long., default: "\${{ github.run_number }}0" }
runs: { using: node24, pre: pre.js, main: main.js, post: post.js }
`,
  "actions/speak/pre.js": SPEAK("pre"),
  "actions/speak/main.js": SPEAK("main"),
  "actions/speak/post.js": SPEAK("post"),
};

test("post runs at the end with inputs and saved state, in reverse order, even after a failure", async () => {
  const run = await runOnPush(
    `
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      ${CHECKOUT}
      - { uses: ./actions/speak, id: one, with: { who: first } }
      - { uses: ./actions/speak, with: { WHO: nobody, wrong: 1 } }
      - run: echo never
`,
    { files: NODE_ACTION },
  );
  const job = jobOf(run, "a");
  const said = job.log.split("\n").filter((line) => /^(pre|main|post) who/.test(line));

  expect(job.conclusion).toBe("failure");
  expect(said).toEqual([
    "main who=first minutes=10 state=undefined action=one",
    "main who=nobody minutes=10 state=undefined action=__self",
    "post who=nobody minutes=10 state=abc action=__self",
    "post who=first minutes=10 state=abc action=one",
  ]);
  expect(job.annotations).toMatchObject([
    { level: "warning", message: "Unexpected input(s) 'wrong', valid inputs are ['who', 'timeout-minutes']" },
  ]);
  expect(job.steps.map(({ name }) => name).slice(-3)).toEqual([
    "Post Run ./actions/speak",
    "Post Run ./actions/speak",
    "Post Run actions/checkout@v6",
  ]);
});

test("an action of the own repository needs no checkout, and its pre runs first", async () => {
  const run = await runOnPush(
    `
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: ls | wc -l
      - { uses: $/actions/speak, with: { who: me } }
`,
    { files: NODE_ACTION },
  );
  const job = jobOf(run, "a");

  expect(job.conclusion).toBe("success");
  expect(job.steps.map(({ name }) => name)).toEqual([
    "Set up job",
    "Pre Run $/actions/speak",
    "Run ls | wc -l",
    "Run $/actions/speak",
    "Post Run $/actions/speak",
  ]);
  expect(job.steps[1]?.log).toContain("pre who=me");
});

test("a composite action has inputs, steps and outputs of its own, and fails as one step", async () => {
  const run = await runOnPush(
    `
jobs:
  a:
    runs-on: ubuntu-latest
    outputs: { sum: "\${{ steps.c.outputs.sum }}", inner: "\${{ steps.inner.outputs.x }}" }
    steps:
      ${CHECKOUT}
      - { uses: ./actions/outer, id: c, with: { a: 2 }, env: { FROM_STEP: seen } }
      - { uses: ./actions/outer, id: f, with: { a: 0 }, continue-on-error: true }
      - run: echo "\${{ steps.f.outcome }}"
`,
    {
      files: {
        ...NODE_ACTION,
        "actions/outer/action.yml": `
name: outer
description: Adds.
inputs: { a: { description: A number. } }
outputs: { sum: { description: The sum., value: "\${{ steps.inner.outputs.x }}" } }
runs:
  using: composite
  steps:
    - id: inner
      shell: bash
      env: { A: "\${{ inputs.a }}" }
      run: |
        echo "x=$((A + 3)) $FROM_STEP" >> "$GITHUB_OUTPUT"
        test -f "$GITHUB_ACTION_PATH/action.yml"
        test "$A" != 0
    - { shell: bash, run: "echo only after success $A" }
    - { shell: bash, if: failure(), run: echo tidied }
    - { uses: ./actions/speak, if: always(), with: { who: inner } }
`,
      },
    },
  );
  const job = jobOf(run, "a");

  expect(job.conclusion).toBe("success");
  expect(job.outputs).toEqual({ sum: "5 seen", inner: "" });
  expect(job.log.match(/^only after success/gm)).toHaveLength(1);
  expect(job.log.match(/^tidied/gm)).toHaveLength(1);
  expect(job.log.match(/^post who=inner/gm)).toHaveLength(2);
  expect(job.steps.at(4)?.log).toContain("\nfailure");
});

test.for([
  [
    "aws-actions/configure-aws-credentials@0123456789012345678901234567890123456789",
    "the runner cannot run aws-actions/configure-aws-credentials@",
  ],
  ["docker://alpine:3", "the runner cannot run docker://alpine:3"],
  [
    "./actions/none",
    "Can't find 'action.yml' or 'action.yaml' under './actions/none'. Did you forget to run actions/checkout",
  ],
])("%s fails loudly", async ([uses, message]) => {
  const run = await runOnPush(`jobs: { a: { runs-on: ubuntu-latest, steps: [{ uses: "${uses}" }] } }\n`);

  expect(run.conclusion).toBe("failure");
  expect(jobOf(run, "a").annotations[0]?.message).toContain(message);
});
