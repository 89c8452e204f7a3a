import { expect, test } from "vitest";
import type { RunView } from "../../runner/host.ts";
import { standingClock } from "../../standing-clock.ts";
import { jobOf, rehearse, runOnPush } from "./rehearsal.ts";

test("conditions see the steps before, and continue-on-error keeps the job alive", async () => {
  const run = await runOnPush(`
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - id: risky
        run: exit 1
        continue-on-error: true
      - if: steps.risky.outcome == 'failure' && steps.risky.conclusion == 'success'
        run: echo seen
      - if: failure()
        run: echo never
      - if: \${{ !cancelled() }}
        run: echo anyway
`);
  const job = jobOf(run, "a");

  expect(job.conclusion).toBe("success");
  expect(job.steps.slice(1).map(({ outcome, conclusion }) => [outcome, conclusion])).toEqual([
    ["failure", "success"],
    ["success", "success"],
    ["skipped", "skipped"],
    ["success", "success"],
  ]);
});

test("env layers: workflow, job, what steps add, step; and GITHUB_ variables cannot be replaced", async () => {
  const run = await runOnPush(`
env: { A: workflow, B: workflow, C: workflow, D: workflow }
jobs:
  a:
    runs-on: ubuntu-latest
    env: { B: job, C: job, D: "\${{ github.event_name }}-job" }
    steps:
      - run: |
          echo "C=added" >> "$GITHUB_ENV"
          echo "GITHUB_SHA=forged" >> "$GITHUB_ENV"
          mkdir -p bin && printf '#!/bin/sh\\necho from the path' > bin/tool && chmod +x bin/tool
          echo "$PWD/bin" >> "$GITHUB_PATH"
      - name: show \${{ env.C }}
        env: { E: "\${{ env.C }}-step" }
        run: |
          echo "$A $B $C $D $E \${#GITHUB_SHA} $GITHUB_ACTIONS $CI $GITHUB_WORKFLOW"
          tool
`);
  const job = jobOf(run, "a");

  expect(job.log).toContain("workflow job added push-job added-step 40 true true w");
  expect(job.log).toContain("from the path");
  expect(job.steps.at(-1)?.name).toBe("show added");
});

test("nothing of the environment of the person at the keyboard reaches a step", async () => {
  process.env.AWS_SECRET_ACCESS_KEY = "real-key";
  try {
    const run = await runOnPush("jobs: { a: { runs-on: ubuntu-latest, steps: [{ run: 'env | sort' }] } }\n", {
      runner: { environment: { AWS_ENDPOINT_URL: "http://127.0.0.1:9" } },
    });

    expect(jobOf(run, "a").log).not.toContain("real-key");
    expect(jobOf(run, "a").log).toContain("AWS_ENDPOINT_URL=http://127.0.0.1:9");
  } finally {
    delete process.env.AWS_SECRET_ACCESS_KEY;
  }
});

test("without a shell named a broken pipe goes unseen, with bash it fails; defaults name shell and folder", async () => {
  const run = await runOnPush(`
jobs:
  unnamed: { runs-on: ubuntu-latest, steps: [{ run: "false | true" }] }
  named: { runs-on: ubuntu-latest, steps: [{ run: "false | true", shell: bash }] }
  defaults:
    runs-on: ubuntu-latest
    defaults: { run: { shell: bash, working-directory: sub } }
    steps: [{ run: mkdir -p sub, working-directory: . }, { run: "basename $PWD; false | true" }]
`);

  expect(jobOf(run, "unnamed").conclusion).toBe("success");
  expect(jobOf(run, "named").conclusion).toBe("failure");
  expect(jobOf(run, "defaults").conclusion).toBe("failure");
  expect(jobOf(run, "defaults").log).toContain("\nsub\n");
});

/** The finished run of a job that says `ready` and then waits: ten minutes pass only once it has said so, however slow the machine. */
async function tooLong(jobs: string): Promise<RunView> {
  const limits = standingClock();
  const { host, runner } = rehearse({ ".github/workflows/w.yml": `on: push\n${jobs}` }, { limits });
  host.push("main", { "README.md": "changed\n" });
  await expect.poll(() => runner.runs()[0]?.jobs[0]?.log ?? "", { timeout: 60_000 }).toContain("\nready");
  limits.forward(10 * 60_000);
  await runner.idle();
  return runner.run(runner.runs()[0]?.id ?? 0);
}

test("a step that takes too long is ended and fails, and its children end with it", async () => {
  const run = await tooLong(`
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - name: slow
        timeout-minutes: 10
        run: |
          trap 'echo interrupted; exit 1' INT
          echo ready; sleep 60 & wait
      - if: failure()
        run: echo after
`);
  const job = jobOf(run, "a");

  expect(job.steps.map(({ conclusion }) => conclusion)).toEqual(["success", "failure", "success"]);
  expect(job.annotations[0]?.message).toBe("The action 'slow' has timed out after 10 minutes.");
  expect(job.log).toContain("\ninterrupted");
});

test("a job that takes too long is cancelled, and its always() steps still run", async () => {
  const run = await tooLong(`
jobs:
  a:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - run: echo ready; sleep 60
      - if: always()
        run: echo "cleaned, \${{ job.status }}"
      - run: echo never
`);
  const job = jobOf(run, "a");

  expect(job.conclusion).toBe("cancelled");
  expect(job.steps.map(({ conclusion }) => conclusion)).toEqual(["success", "cancelled", "success", "skipped"]);
  expect(job.log).toContain("cleaned, cancelled");
  expect(job.annotations.map(({ message }) => message)).toContain(
    "The job has exceeded the maximum execution time of 10m0s",
  );
});

test("a wrong expression fails its step with the reason", async () => {
  const run = await runOnPush(`
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - env: { LIST: "\${{ fromJSON('not json') }}" }
        run: echo never
`);

  expect(run.conclusion).toBe("failure");
  expect(jobOf(run, "a").annotations[0]?.message).toMatch(/JSON/);
});

test("hashFiles follows the content of the matching files", async () => {
  const run = await runOnPush(`
jobs:
  a:
    runs-on: ubuntu-latest
    outputs: { same: "\${{ steps.x.outputs.same }}", none: "\${{ steps.x.outputs.none }}" }
    steps:
      - run: mkdir -p d/e && echo 1 > d/a.lock && echo 2 > d/e/b.lock && echo 3 > d/c.txt
      - id: x
        env: { ONE: "\${{ hashFiles('**/*.lock') }}", TWO: "\${{ hashFiles('d/a.lock', 'd/e/*') }}", NONE: "\${{ hashFiles('*.zip') }}" }
        run: |
          [ "$ONE" = "$TWO" ] && [ \${#ONE} = 64 ] && echo "same=yes" >> "$GITHUB_OUTPUT"
          echo "none=<$NONE>" >> "$GITHUB_OUTPUT"
`);

  expect(jobOf(run, "a").outputs).toEqual({ same: "yes", none: "<>" });
});
