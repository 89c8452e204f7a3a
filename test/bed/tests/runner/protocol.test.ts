import { expect, test } from "vitest";
import { jobOf, rehearse, runOnPush } from "./rehearsal.ts";

test("secrets and added masks never reach the log, the summary or a job's outputs", async () => {
  const { host, runner } = rehearse({
    ".github/workflows/w.yml": `
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    outputs: { leaked: "\${{ steps.x.outputs.leaked }}", fine: "\${{ steps.x.outputs.fine }}" }
    steps:
      - id: x
        env: { KEY: "\${{ secrets.API_KEY }}" }
        run: |
          echo "key is $KEY"
          echo "::add-mask::sesame"
          echo "open sesame"
          echo "::error::refused $KEY"
          echo "$KEY" >> "$GITHUB_STEP_SUMMARY"
          echo "leaked=x$KEY" >> "$GITHUB_OUTPUT"
          echo "fine=yes" >> "$GITHUB_OUTPUT"
`,
  });
  host.secretValues.API_KEY = "hunter2";
  host.push("main", { "a.txt": "1" });
  await runner.idle();
  const [run] = runner.runs();
  const job = jobOf(run as NonNullable<typeof run>, "a");

  expect(JSON.stringify(run)).not.toContain("hunter2");
  expect(job.log).toContain("key is ***");
  expect(job.log).toContain("open ***");
  expect(job.summary).toBe("***\n");
  expect(job.outputs).toEqual({ fine: "yes" });
  expect(job.annotations.map(({ level, message }) => [level, message])).toEqual([
    ["failure", "refused ***"],
    ["warning", "Skip output 'leaked' since it may contain secret."],
  ]);
});

test("annotations stop at ten of a kind per step, a summary at 1 MiB", async () => {
  const run = await runOnPush(`
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: for i in $(seq 1 15); do echo "::warning file=a.yml,line=$i,endLine=20,col=2,endColumn=5::w$i"; done
      - run: head -c 1048577 /dev/zero | tr '\\0' x >> "$GITHUB_STEP_SUMMARY"
      - run: head -c 1048576 /dev/zero | tr '\\0' y >> "$GITHUB_STEP_SUMMARY"
`);
  const job = jobOf(run, "a");

  expect(job.annotations).toHaveLength(11);
  expect(job.annotations[9]).toMatchObject({ message: "w10", line: 10, endLine: 20, column: 2, endColumn: 5 });
  expect(job.annotations[10]?.message).toContain("supports content up to a size of 1024k, got 1025k");
  expect(job.summary).toBe("y".repeat(1024 * 1024));
  expect(run.conclusion).toBe("success");
});

test("commands stop while they are stopped, and the retired ones are refused aloud", async () => {
  const run = await runOnPush(`
jobs:
  a:
    runs-on: ubuntu-latest
    outputs: { x: "\${{ steps.s.outputs.x }}" }
    steps:
      - id: s
        run: |
          echo "::stop-commands::token42"
          echo "::error::text of a stranger"
          echo "::token42::"
          echo "::notice::heard"
          echo "::set-output name=x::1"
          echo "::group::folded"
          echo "::unknown::stays"
`);
  const job = jobOf(run, "a");

  expect(job.annotations.map(({ message }) => message)).toEqual([
    "heard",
    "The `set-output` command is disabled and was ignored; write to the file in $GITHUB_OUTPUT",
  ]);
  expect(job.log).toContain("::error::text of a stranger");
  expect(job.log).toContain("##[group]folded");
  expect(job.log).toContain("::unknown::stays");
  expect(job.outputs).toEqual({ x: "" });
});

test.for([
  ['echo broken >> "$GITHUB_OUTPUT"', "Invalid format 'broken'"],
  [
    'echo NODE_OPTIONS=--inspect >> "$GITHUB_ENV"',
    "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.",
  ],
])("%s fails the step", async ([script, message]) => {
  const run = await runOnPush(`jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${script}\n`);

  expect(run.conclusion).toBe("failure");
  expect(jobOf(run, "a").annotations.map((annotation) => annotation.message)).toContain(message);
});
