import { expect, test } from "vitest";
import { jobOf, rehearse } from "./rehearsal.ts";

const RESTORE = `
on:
  workflow_dispatch:
    inputs:
      tenant: { type: string, required: true }
      what: { type: choice, options: [database, files, both], default: both }
      dry-run: { type: boolean, default: true }
      minutes: { type: number, default: 30 }
jobs:
  show:
    runs-on: ubuntu-latest
    steps:
      - if: inputs.dry-run
        run: echo "dry"
      - env:
          INPUTS: \${{ toJSON(inputs) }}
          EVENT: \${{ toJSON(github.event.inputs) }}
        run: echo "$INPUTS $EVENT" | tr -d '\\n '
`;

test("a form fills in defaults and gives inputs their types", async () => {
  const { host, runner } = rehearse({ ".github/workflows/restore.yml": RESTORE });
  await runner.dispatch({
    repository: host.name,
    workflow: "restore.yml",
    inputs: { tenant: "hospital-a", minutes: "5" },
    actor: "bob",
  });
  await runner.idle();

  const [run] = runner.runs();
  expect(run).toMatchObject({ conclusion: "success", triggeringActor: "bob", ref: "refs/heads/main" });
  const job = jobOf(run as NonNullable<typeof run>, "show");
  expect(job.log).toContain(
    '{"tenant":"hospital-a","what":"both","dry-run":true,"minutes":5}{"tenant":"hospital-a","minutes":"5"}',
  );
  expect(job.log).toContain("dry");
});

test.for<[Readonly<Record<string, string>>, string]>([
  [{}, "Required input 'tenant' not provided"],
  [{ tenant: "a", what: "disk" }, "Provided value 'disk' for input 'what' not in the list of allowed values"],
  [{ tenant: "a", "dry-run": "maybe" }, "Input 'dry-run' must be a boolean, got 'maybe'"],
  [{ tenant: "a", tenat: "b" }, 'Unexpected inputs provided: ["tenat"]'],
])("%j is refused", async ([inputs, message]) => {
  const { host, runner } = rehearse({ ".github/workflows/restore.yml": RESTORE });

  await expect(
    runner.dispatch({ repository: host.name, workflow: "restore.yml", inputs, actor: "bob" }),
  ).rejects.toThrow(message);
  expect(runner.runs()).toEqual([]);
});

test.for([
  ["none.yml", undefined, "workflow none.yml is not on the default branch"],
  ["push.yml", undefined, "Workflow does not have 'workflow_dispatch' trigger"],
  ["restore.yml", "nowhere", "No ref found for: nowhere"],
] as const)("dispatching %s on %s is refused", async ([workflow, ref, message]) => {
  const { host, runner } = rehearse({
    ".github/workflows/restore.yml": RESTORE,
    ".github/workflows/push.yml": "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: x }] } }\n",
  });
  const request = {
    repository: host.name,
    workflow,
    inputs: { tenant: "a" },
    actor: "bob",
    ...(ref !== undefined && { ref }),
  };

  await expect(runner.dispatch(request)).rejects.toThrow(message);
});
