import { expect, test } from "vitest";
import { jobOf, rehearse, runOnPush } from "./rehearsal.ts";

const ACTION = {
  "actions/greet/action.yml": `
name: greet
description: Greets somebody.
inputs:
  who: { description: Whom to greet., required: true }
  tone: { description: How., default: warm }
outputs:
  greeting: { description: What was said. }
runs: { using: node24, main: main.js }
`,
  "actions/greet/main.js": `
const { appendFileSync } = require("node:fs");
console.log("::notice file=tenants/a.yml,line=3,title=Hello::greeting is%0Adone");
appendFileSync(process.env.GITHUB_OUTPUT, "greeting<<X\\nhello " + process.env.INPUT_WHO + "\\n" + process.env.INPUT_TONE + "\\nX\\n");
appendFileSync(process.env.GITHUB_STEP_SUMMARY, "# Greeted " + process.env.INPUT_WHO + "\\n");
`,
};

test("a push runs the jobs in the order of their needs, with outputs from one to the next", async () => {
  const run = await runOnPush(
    `
jobs:
  greet:
    runs-on: ubuntu-latest
    outputs: { said: "\${{ steps.hi.outputs.greeting }}" }
    steps:
      - uses: actions/checkout@0000000000000000000000000000000000000000 # v6
      - uses: ./actions/greet
        id: hi
        with: { who: hospital-a }
  repeat:
    needs: greet
    runs-on: ubuntu-latest
    env: { SAID: "\${{ needs.greet.outputs.said }}" }
    steps:
      - run: echo "again <$SAID>"
`,
    { files: ACTION },
  );

  expect(jobOf(run, "greet").log).not.toContain("##[error]");
  expect(run.conclusion).toBe("success");
  expect(jobOf(run, "greet").outputs).toEqual({ said: "hello hospital-a\nwarm" });
  expect(jobOf(run, "greet").summary).toBe("# Greeted hospital-a\n");
  expect(jobOf(run, "greet").annotations).toEqual([
    {
      level: "notice",
      message: "greeting is\ndone",
      title: "Hello",
      file: "tenants/a.yml",
      line: 3,
      endLine: 3,
      column: undefined,
      endColumn: undefined,
    },
  ]);
  expect(jobOf(run, "repeat").log).toContain("again <hello hospital-a\nwarm>");
  expect(run.host.reports.get(run.id)).toMatchObject({ status: "completed", conclusion: "success" });
});

test("a pull request runs on its merge commit, with the workflow of that commit", async () => {
  const { host, runner } = rehearse({ "README.md": "hello" });
  const head = host.pull("feature", {
    ".github/workflows/plan.yml": `
on: pull_request
jobs:
  plan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: git log -1 --format=%P && echo "$GITHUB_REF $GITHUB_HEAD_REF $GITHUB_BASE_REF"
`,
  });
  await runner.idle();

  const [run] = runner.runs();
  expect(run).toMatchObject({ conclusion: "success", headSha: head, ref: "refs/pull/7/merge", title: "Add a tenant" });
  expect(run?.jobs[0]?.log).toContain("refs/pull/7/merge feature main");
});

test("a failing script fails the job, skips what follows and says the exit code", async () => {
  const run = await runOnPush(`
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: exit 3
      - run: echo never
      - if: failure()
        run: echo "cleaning up"
  b:
    needs: a
    runs-on: ubuntu-latest
    steps: [{ run: echo never }]
`);

  expect(run.conclusion).toBe("failure");
  expect(jobOf(run, "a").steps.map(({ conclusion }) => conclusion)).toEqual([
    "success",
    "failure",
    "skipped",
    "success",
  ]);
  expect(jobOf(run, "a").annotations.map(({ message }) => message)).toEqual(["Process completed with exit code 3."]);
  expect(jobOf(run, "a").log).toContain("\ncleaning up");
  expect(jobOf(run, "b").conclusion).toBe("skipped");
});
