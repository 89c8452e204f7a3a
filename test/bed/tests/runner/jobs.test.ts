import { expect, test } from "vitest";
import { jobOf, rehearse, runOnPush } from "./rehearsal.ts";

test("success() of a job wants every ancestor, failure() one that failed, always() nothing", async () => {
  const run = await runOnPush(`
jobs:
  skipped: { if: false, runs-on: ubuntu-latest, steps: [{ run: "true" }] }
  broken: { runs-on: ubuntu-latest, steps: [{ run: "false" }] }
  anyway: { needs: skipped, if: always(), runs-on: ubuntu-latest, steps: [{ run: "true" }] }
  after: { needs: anyway, runs-on: ubuntu-latest, steps: [{ run: "true" }] }
  report: { needs: [broken, anyway], if: failure(), runs-on: ubuntu-latest, steps: [{ run: 'echo "\${{ needs.broken.result }}"' }] }
  picky: { needs: [skipped], if: "!cancelled() && needs.skipped.result == 'skipped'", runs-on: ubuntu-latest, steps: [{ run: "true" }] }
`);

  expect(Object.fromEntries(run.jobs.map(({ name, conclusion }) => [name, conclusion]))).toEqual({
    skipped: "skipped",
    broken: "failure",
    anyway: "success",
    after: "skipped",
    report: "success",
    picky: "success",
  });
  expect(jobOf(run, "report").log).toContain("\nfailure");
});

test("a job that may fail does not fail the run, and counts as a success for those that need it", async () => {
  const run = await runOnPush(`
jobs:
  flaky: { runs-on: ubuntu-latest, continue-on-error: true, steps: [{ run: "false" }] }
  next: { needs: flaky, runs-on: ubuntu-latest, steps: [{ run: 'echo "\${{ needs.flaky.result }}"' }] }
`);

  expect(run.conclusion).toBe("success");
  expect(jobOf(run, "flaky").conclusion).toBe("failure");
  expect(jobOf(run, "next").log).toContain("\nsuccess");
});

test("a run whose jobs are all skipped is skipped", async () => {
  const run = await runOnPush(
    `jobs: { a: { if: "github.event_name == 'pull_request'", runs-on: ubuntu-latest, steps: [{ run: x }] } }\n`,
  );

  expect(run.conclusion).toBe("skipped");
});

test("max-parallel runs instances in their order, and outputs of the last that sets them stay", async () => {
  const run = await runOnPush(`
jobs:
  a:
    runs-on: ubuntu-latest
    strategy: { matrix: { n: [1, 2, 3] }, max-parallel: 1 }
    outputs: { seen: "\${{ steps.s.outputs.seen }}", odd: "\${{ steps.s.outputs.odd }}" }
    steps:
      - id: s
        env: { N: "\${{ matrix.n }}", I: "\${{ strategy.job-index }}/\${{ strategy.job-total }}" }
        run: |
          echo "seen=$N of $I" >> "$GITHUB_OUTPUT"
          if [ "$N" = 1 ]; then echo "odd=one" >> "$GITHUB_OUTPUT"; fi
  b:
    needs: a
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "<\${{ needs.a.outputs.seen }}|\${{ needs.a.outputs.odd }}>"' }]
`);
  const instances = run.jobs.filter(({ key }) => key === "a");

  expect(instances.map(({ name }) => name)).toEqual(["a (1)", "a (2)", "a (3)"]);
  expect(instances.map(({ startedAt = 0 }) => startedAt)).toEqual(
    instances.map(({ startedAt = 0 }) => startedAt).toSorted(),
  );
  expect(jobOf(run, "b").log).toContain("<3 of 2/3|one>");
});

test.for([
  ["true", "25", "cancelled"],
  ["false", "0.2", "success"],
])("with fail-fast %s an instance of %s s ends as %s when another fails", async ([failFast, seconds, expected]) => {
  const run = await runOnPush(`
jobs:
  a:
    runs-on: ubuntu-latest
    strategy: { fail-fast: ${failFast}, matrix: { n: [bad, slow] } }
    steps: [{ run: 'if [ "\${{ matrix.n }}" = bad ]; then exit 1; fi; sleep ${seconds}' }]
`);

  expect(jobOf(run, "a (slow)").conclusion).toBe(expected);
  expect(run.conclusion).toBe("failure");
});

test("a skipped job keeps the expressions of its matrix in its name, and fills in the rest", async () => {
  const run = await runOnPush(`
jobs:
  a: { if: false, name: "wave \${{ matrix.n }}", runs-on: ubuntu-latest, strategy: { matrix: { n: [1] } }, steps: [{ run: x }] }
  b: { if: false, name: "after \${{ github.event_name }}", runs-on: ubuntu-latest, steps: [{ run: x }] }
`);

  expect(run.jobs.map(({ name }) => name)).toEqual([`wave \${{ matrix.n }}`, "after push"]);
});

const BAD = `\${{ fromJSON('x') }}`;
const A_JOB = "runs-on: ubuntu-latest, steps: [{ run: x }]";

test.for([
  [`run-name: "${BAD}"\njobs: { a: { ${A_JOB} } }\n`, "startup_failure"],
  [`concurrency: "${BAD}"\njobs: { a: { ${A_JOB} } }\n`, "startup_failure"],
  [`jobs: { a: { name: "${BAD}", ${A_JOB} } }\n`, "failure"],
  [`jobs: { a: { environment: "${BAD}", ${A_JOB} } }\n`, "failure"],
])("an expression that cannot be evaluated ends the run with its reason: %s", async ([text = "", conclusion]) => {
  const run = await runOnPush(text);

  expect(run.conclusion).toBe(conclusion);
  expect(run.problem ?? run.jobs[0]?.annotations[0]?.message).toMatch(/JSON/);
});

test("an empty matrix fails its job with GitHub's words", async () => {
  const run = await runOnPush(`
jobs:
  a: { runs-on: ubuntu-latest, strategy: { matrix: { t: "\${{ fromJSON('[]') }}" } }, steps: [{ run: x }] }
`);

  expect(run.conclusion).toBe("failure");
  expect(jobOf(run, "a").annotations[0]?.message).toBe("Matrix vector 't' does not contain any values");
});

test("a label that no runner has fails instead of waiting for ever", async () => {
  const run = await runOnPush("jobs: { a: { runs-on: [self-hosted, gpu], steps: [{ run: x }] } }\n");

  expect(jobOf(run, "a").annotations[0]?.message).toBe('no runner has the label "self-hosted"');
});

test("a token has what the job asks for, the workflow's if it asks nothing, and is taken back at the end", async () => {
  const run = await runOnPush(`
permissions: {}
jobs:
  none: { runs-on: ubuntu-latest, steps: [{ run: 'echo "<\${ACTIONS_ID_TOKEN_REQUEST_URL}>"' }] }
  some:
    runs-on: ubuntu-latest
    needs: none
    permissions: { contents: read, id-token: write, issues: none }
    steps: [{ run: 'echo "<$ACTIONS_ID_TOKEN_REQUEST_URL>"' }]
`);

  expect(run.host.tokens.map(({ permissions }) => permissions)).toEqual([
    {},
    { contents: "read", "id-token": "write" },
  ]);
  expect(run.host.revoked).toEqual(["ghs_token_1", "ghs_token_2"]);
  expect(jobOf(run, "none").log).toContain("<>");
  expect(jobOf(run, "some").log).toContain("<https://github.test/oidc>");
  expect(run.host.oidc).toMatchObject([
    { ref: "refs/heads/main", jobWorkflowRef: "octo/mate/.github/workflows/w.yml@refs/heads/main" },
  ]);
});

test("people read a line for the run, each job and each step", async () => {
  const { host, runner, lines } = rehearse({
    ".github/workflows/w.yml":
      "name: deploy\non: push\njobs: { roll: { runs-on: ubuntu-latest, steps: [{ name: Say hello, run: echo hi }] } }\n",
  });
  host.push("main", { "a.txt": "1" }, "Scale hospital-a");
  await runner.idle();

  expect(lines).toEqual([
    "▷ deploy #1 on push: Scale hospital-a",
    "▶ deploy #1 › roll",
    "· deploy #1 › roll › Say hello",
    "✓ deploy #1 › roll › Say hello",
    "✓ deploy #1 › roll success",
    "✓ deploy #1 on push success",
  ]);
});

test("a runner that is asked for some workflows leaves the others out, and says so", async () => {
  const jobs = "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }\n";
  const { host, runner, lines } = rehearse(
    { ".github/workflows/deploy.yml": jobs, ".github/workflows/check.yml": jobs },
    { workflows: ["deploy.yml"] },
  );
  host.push("main", { "a.txt": "1" });
  await runner.idle();

  expect(runner.runs().map(({ path }) => path)).toEqual([".github/workflows/deploy.yml"]);
  expect(lines).toContain("  push: .github/workflows/check.yml is left out here");
});
