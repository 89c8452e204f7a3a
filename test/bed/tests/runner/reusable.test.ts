import { expect, test } from "vitest";
import { jobOf, rehearse } from "./rehearsal.ts";

const CALLER = (more: string): string => `
name: caller
on: push
permissions: {}
jobs:
  ship:
    uses: ./.github/workflows/called.yml
    ${more}
  after:
    needs: ship
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "<\${{ needs.ship.outputs.said }}>"' }]
`;
const CALLED = `
on:
  workflow_call:
    inputs:
      tenant: { type: string, required: true }
      count: { type: number, default: 2 }
    secrets: { KEY: { required: false } }
    outputs: { said: { value: "\${{ jobs.work.outputs.said }}" } }
env: { OWN: called }
jobs:
  work:
    runs-on: ubuntu-latest
    permissions: { contents: read, id-token: write }
    outputs: { said: "\${{ steps.s.outputs.said }}" }
    steps:
      - id: s
        env: { KEY: "\${{ secrets.KEY }}", DOUBLE: "\${{ inputs.count == 2 && 'two' || 'other' }}" }
        run: |
          echo "said=\${{ inputs.tenant }} $DOUBLE $OWN \${#KEY} $GITHUB_WORKFLOW" >> "$GITHUB_OUTPUT"
          echo "$GITHUB_WORKFLOW_REF \${{ job.workflow_ref }}"
`;

async function pushed(caller: string, called = CALLED): Promise<ReturnType<typeof rehearse>> {
  const rehearsal = rehearse({ ".github/workflows/caller.yml": caller, ".github/workflows/called.yml": called });
  rehearsal.host.secretValues.KEY = "abcd";
  rehearsal.host.push("main", { "a.txt": "1" });
  await rehearsal.runner.idle();
  return rehearsal;
}

test("a called workflow gets inputs and inherited secrets, and gives outputs back", async () => {
  const { host, runner } = await pushed(
    CALLER("with: { tenant: hospital-a }\n    secrets: inherit\n    permissions: { contents: read, id-token: write }"),
  );
  const run = runner.runs()[0];
  if (run === undefined) throw new Error("no run");

  expect(run.problem).toBeUndefined();
  expect(run.jobs.map(({ name, key, conclusion }) => [name, key, conclusion])).toEqual([
    ["ship / work", "ship/work", "success"],
    ["after", "after", "success"],
  ]);
  expect(jobOf(run, "after").log).toContain("<hospital-a two called 4 caller>");
  expect(host.oidc).toMatchObject([
    {
      workflowRef: "octo/mate/.github/workflows/caller.yml@refs/heads/main",
      jobWorkflowRef: "octo/mate/.github/workflows/called.yml@refs/heads/main",
    },
  ]);
});

test("secrets that are not passed are not there", async () => {
  const { runner } = await pushed(
    CALLER("with: { tenant: hospital-a, count: 3 }\n    permissions: { contents: read, id-token: write }"),
  );

  expect(runner.runs()[0]?.jobs[0]?.outputs).toEqual({ said: "hospital-a other called 0 caller" });
});

test.for([
  ["with: { tenant: a }", "job work is requesting 'contents: read', but is only allowed 'contents: none'"],
  ["permissions: write-all", "job ship: input tenant is required, but not provided while calling."],
  [
    "permissions: write-all\n    with: { tenant: a, tier: b }",
    "job ship: invalid input, tier is not defined in ./.github/workflows/called.yml",
  ],
])("calling with %j fails before any job, with GitHub's reason", async ([more = "", message]) => {
  const { runner } = await pushed(CALLER(more));

  expect(runner.runs()).toMatchObject([{ conclusion: "startup_failure", jobs: [] }]);
  expect(runner.runs()[0]?.problem).toContain(message);
});

test("a workflow that cannot be called is not called", async () => {
  const { runner } = await pushed(
    CALLER("with: { tenant: a }"),
    "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }\n",
  );

  expect(runner.runs().map(({ problem }) => problem)).toContain(
    "job ship: ./.github/workflows/called.yml has no workflow_call trigger",
  );
});
