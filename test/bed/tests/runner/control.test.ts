import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { jobOf, rehearse } from "./rehearsal.ts";

const ENVIRONMENT = `
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: { name: production, url: "https://\${{ steps.x.outputs.host }}" }
    permissions: { id-token: write }
    steps:
      - id: x
        env: { KEY: "\${{ secrets.KEY }}" }
        run: echo "host=\${#KEY}.example.com" >> "$GITHUB_OUTPUT"
`;

test("a job waits for a reviewer, then has the environment's secrets, identity and url", async () => {
  const { host, runner } = rehearse({ ".github/workflows/w.yml": ENVIRONMENT });
  host.environments.set("production", { reviewers: ["bob", "alice"], preventSelfReview: true, branches: ["main"] });
  host.environmentSecrets.set("production", { KEY: "four" });
  host.push("main", { "a.txt": "1" });
  await runner.idle();
  const id = runner.runs()[0]?.id ?? 0;
  expect(runner.run(id).status).toBe("waiting");
  expect(runner.waitingFor(id)).toEqual(["production"]);
  expect(() =>
    runner.review({ runId: id, environment: "production", reviewer: "carol", decision: "approved" }),
  ).toThrow("carol is not among the reviewers of production: bob, alice");
  expect(() =>
    runner.review({ runId: id, environment: "production", reviewer: "alice", decision: "approved" }),
  ).toThrow("alice started the run and may not review it");

  runner.review({ runId: id, environment: "production", reviewer: "bob", decision: "approved" });
  await runner.idle();

  expect(runner.run(id).conclusion).toBe("success");
  expect(jobOf(runner.run(id), "deploy").environment).toEqual({
    name: "production",
    url: "https://4.example.com",
    deployment: true,
  });
  expect(host.oidc).toMatchObject([{ environment: "production" }]);
});

test("a rejected job and one on a branch the environment does not take fail with the reason", async () => {
  const { host, runner } = rehearse({ ".github/workflows/w.yml": ENVIRONMENT });
  host.environments.set("production", { reviewers: ["bob"], preventSelfReview: false, branches: ["main"] });
  host.push("main", { "a.txt": "1" });
  host.push("side", { "a.txt": "2" });
  await runner.idle();
  const [onMain, onSide] = runner.runs();
  runner.review({ runId: onMain?.id ?? 0, environment: "production", reviewer: "bob", decision: "rejected" });
  await runner.idle();

  expect(runner.runs().map((run) => jobOf(run, "deploy").annotations[0]?.message)).toEqual([
    "The deployment to production was rejected.",
    'Branch "side" is not allowed to deploy to production due to environment protection rules.',
  ]);
  expect(onSide?.conclusion).toBe("failure");
});

const GATED = (concurrency: string): string => `
on: push
concurrency: ${concurrency}
jobs: { a: { runs-on: ubuntu-latest, steps: [{ run: 'until [ -e "$GATE" ]; do sleep 0.05; done' }] } }
`;

test.for<[string, readonly string[]]>([
  ["{ group: deploy }", ["success", "cancelled", "success"]],
  ["{ group: deploy, cancel-in-progress: true }", ["cancelled", "cancelled", "success"]],
  ["{ group: deploy, queue: max }", ["success", "success", "success"]],
  [`'deploy-\${{ github.sha }}'`, ["success", "success", "success"]],
])("of three pushes with concurrency %s, the runs end as %j", async ([concurrency, expected]) => {
  const folder = mkdtempSync(join(tmpdir(), "mate-gate-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const GATE = join(folder, "open");
  const workflow = { ".github/workflows/w.yml": GATED(concurrency) };
  const { host, runner } = rehearse(workflow, { environment: { GATE } });
  for (const content of ["1", "2", "3"]) host.push("main", { "a.txt": content });
  await expect.poll(() => runner.runs().map(({ status }) => status), { timeout: 20_000 }).toHaveLength(3);
  writeFileSync(GATE, "");
  await runner.idle();

  expect(runner.runs().map(({ conclusion }) => conclusion)).toEqual(expected);
});

test("jobs of one group follow each other, also across runs", async () => {
  const { host, runner } = rehearse({
    ".github/workflows/w.yml": `
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    strategy: { matrix: { n: [1, 2] } }
    concurrency: { group: "tenant-\${{ github.ref }}", queue: max }
    steps: [{ run: sleep 0.3 }]
`,
  });
  host.push("main", { "a.txt": "1" });
  host.push("main", { "a.txt": "2" });
  await runner.idle();
  const jobs = runner
    .runs()
    .flatMap((run) => run.jobs)
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));

  expect(jobs.map(({ conclusion }) => conclusion)).toEqual(["success", "success", "success", "success"]);
  for (const [index, job] of jobs.entries()) {
    expect(job.startedAt ?? 0).toBeGreaterThanOrEqual(jobs[index - 1]?.completedAt ?? 0);
  }
});

test("cancelling ends the step under way and runs what is always() or cancelled(), in the job and after it", async () => {
  const { host, runner } = rehearse({
    ".github/workflows/w.yml": `
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: |
          trap 'echo got the signal; exit 1' INT
          echo ready; sleep 30 & wait
      - { if: always(), run: echo always }
      - { if: cancelled(), run: echo because cancelled }
      - { if: failure(), run: echo failed }
      - run: echo never
  b: { needs: a, runs-on: ubuntu-latest, steps: [{ run: "true" }] }
  c: { needs: a, if: always(), runs-on: ubuntu-latest, steps: [{ run: 'echo "\${{ needs.a.result }}"' }] }
`,
  });
  host.push("main", { "a.txt": "1" });
  await expect.poll(() => runner.runs()[0]?.jobs[0]?.log ?? "", { timeout: 10_000 }).toContain("\nready");
  const id = runner.runs()[0]?.id ?? 0;
  runner.cancel(id);
  await runner.idle();
  const run = runner.run(id);

  expect(run.conclusion).toBe("cancelled");
  expect(
    jobOf(run, "a")
      .steps.slice(1)
      .map(({ conclusion }) => conclusion),
  ).toEqual(["cancelled", "success", "success", "skipped", "skipped"]);
  expect(jobOf(run, "a").log).toContain("\ngot the signal");
  expect(run.jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
    ["a", "cancelled"],
    ["b", "cancelled"],
    ["c", "success"],
  ]);
  expect(jobOf(run, "c").log).toContain("\ncancelled");
});

test("a second cancel spares nothing", async () => {
  const { host, runner } = rehearse({
    ".github/workflows/w.yml":
      "on: push\njobs: { a: { if: always(), runs-on: ubuntu-latest, steps: [{ run: echo ready; sleep 30 }] } }\n",
  });
  host.push("main", { "a.txt": "1" });
  await expect.poll(() => runner.runs()[0]?.jobs[0]?.log ?? "", { timeout: 10_000 }).toContain("\nready");
  const id = runner.runs()[0]?.id ?? 0;
  runner.cancel(id);
  expect(runner.run(id).status).toBe("in_progress");
  runner.cancel(id);
  await runner.idle();

  expect(runner.run(id).conclusion).toBe("cancelled");
});

test("running failed jobs again keeps what went well and repeats what depends on the rest", async () => {
  const { host, runner } = rehearse({
    ".github/workflows/w.yml": `
on: push
jobs:
  good: { runs-on: ubuntu-latest, outputs: { at: "\${{ steps.x.outputs.at }}" }, steps: [{ id: x, run: 'echo "at=$GITHUB_RUN_ATTEMPT" >> "$GITHUB_OUTPUT"' }] }
  wave:
    needs: good
    runs-on: ubuntu-latest
    strategy: { fail-fast: false, matrix: { t: [a, b] } }
    steps: [{ run: 'echo "attempt $GITHUB_RUN_ATTEMPT"; [ "\${{ matrix.t }}" = a ] || [ $GITHUB_RUN_ATTEMPT = 2 ]' }]
  last: { needs: [good, wave], runs-on: ubuntu-latest, steps: [{ run: 'echo "good at \${{ needs.good.outputs.at }}, asked by \${{ github.triggering_actor }}"' }] }
`,
  });
  host.push("main", { "a.txt": "1" });
  await runner.idle();
  const [first] = runner.runs();
  expect(first?.conclusion).toBe("failure");
  await runner.rerun(first?.id ?? 0, { jobs: "failed", actor: "bob" });
  await runner.idle();
  const run = runner.run(first?.id ?? 0);

  expect(run).toMatchObject({ attempt: 2, conclusion: "success", triggeringActor: "bob" });
  expect(jobOf(run, "wave (a)").log).toContain("attempt 1");
  expect(jobOf(run, "wave (b)").log).toContain("attempt 2");
  expect(jobOf(run, "last").log).toContain("good at 1, asked by bob");

  await runner.rerun(run.id, { jobs: "all", actor: "bob" });
  await runner.idle();
  expect(jobOf(runner.run(run.id), "good").outputs).toEqual({ at: "3" });
});
