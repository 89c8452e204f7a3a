/** Which jobs of the deploy workflow run after which end of those before: its own conditions, with jobs that only succeed or fail. */
import { load } from "js-yaml";
import { expect, test } from "vitest";
import { runOnPush } from "../bed/tests/runner/rehearsal.ts";
import { textOf } from "./committed.ts";

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
}

const { jobs } = load(textOf(".github/workflows/deploy.yml")) as { readonly jobs: Readonly<Record<string, Job>> };

/** What a deployment found to do, as the action changes says it. */
const everything = { waves: "[1]", environments: "[1]", builds: "[1]", offboard: "[1]" };

/** How each job ended when these failed and the others succeed. */
async function ends(failing: readonly string[], found = everything): Promise<Readonly<Record<string, unknown>>> {
  const said = Object.entries(found).map(([name, value]) => `echo '${name}=${value}' >> "$GITHUB_OUTPUT"`);
  const outputs = Object.fromEntries(Object.keys(found).map((name) => [name, `\${{ steps.say.outputs.${name} }}`]));
  const played = Object.entries(jobs).map(([name, { needs, if: condition }]) => [
    name,
    {
      "runs-on": "ubuntu-latest",
      ...(needs !== undefined && { needs }),
      ...(condition !== undefined && { if: condition }),
      ...(name === "changes" && { outputs }),
      steps: [{ id: "say", run: [...said, failing.includes(name) ? "false" : "true"].join("\n") }],
    },
  ]);
  // JSON is YAML.
  const run = await runOnPush(`jobs: ${JSON.stringify(Object.fromEntries(played))}\n`);
  return Object.fromEntries(run.jobs.map(({ name, conclusion }) => [name, conclusion]));
}

test("a deployment with something of everything does all of it, and nothing is left out where nothing is to be done", async () => {
  const all = { changes: "success", build: "success", deploy: "success", offboard: "success", conclude: "success" };
  expect(await ends([])).toEqual(all);
  expect(await ends([], { ...everything, builds: "[]", waves: "[]" })).toEqual({
    ...all,
    build: "skipped",
    deploy: "skipped",
  });
});

test.for([
  ["build", { build: "failure", deploy: "skipped" }],
  ["deploy", { build: "success", deploy: "failure" }],
] as const)("after a %s that failed no tenant is removed, and the end is told", async ([failed, before]) => {
  expect(await ends([failed])).toEqual({ changes: "success", ...before, offboard: "skipped", conclude: "success" });
});

test("a tenant that could not be removed is told at the end", async () => {
  const all = { changes: "success", build: "success", deploy: "success", conclude: "success" };
  expect(await ends(["offboard"])).toEqual({ ...all, offboard: "failure" });
});

test("when what is due could not be found out, nothing is done", async () => {
  expect(await ends(["changes"])).toEqual({
    ...{ changes: "failure", build: "skipped", deploy: "skipped", offboard: "skipped", conclude: "skipped" },
  });
});
