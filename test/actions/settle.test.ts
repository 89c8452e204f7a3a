/** Pull requests of one tenant through the committed workflows and bundles: what each shows, and what its merge does. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage } from "../bed/stage.ts";
import { errorLines, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const file = "tenants/clinic-x.yml";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ speed: 150, tenants: [] });
  const alice = stage.github.as("alice", stage.repository);
  const first = await alice.openPullRequest({
    title: "Add",
    branch: "add",
    files: { [file]: standardTenant("clinic-x") },
  });
  await stage.runner.idle();
  await alice.merge(first);
  await stage.runner.idle();
  expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
}, 240_000);
afterAll(() => stage?.stop());

const newest = (workflow: string): RunView => newestRun(stage, workflow);

async function commentOf(pull: number): Promise<string> {
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repository}/issues/${pull}/comments`, {
    headers: { authorization: `Bearer ${stage.github.tokenOf("alice")}` },
  });
  const comments = (await response.json()) as readonly { readonly body: string }[];
  expect(comments).toHaveLength(1);
  return comments[0]?.body ?? "";
}

test("two pull requests for one tenant: the second says stale, is planned again, and its merge applies what it shows", async () => {
  const alice = stage.github.as("alice", stage.repository);
  const text = standardTenant("clinic-x");
  const one = await alice.openPullRequest({
    title: "Budget",
    branch: "budget",
    files: { [file]: text.replace("displayName: Clinic\n", "displayName: Clinic\nmonthlyBudgetUsd: 300\n") },
  });
  const two = await alice.openPullRequest({
    title: "Retention",
    branch: "retention",
    files: { [file]: `${text}logRetentionDays: 545\n` },
  });
  await stage.runner.idle();

  await alice.merge(one);
  await stage.runner.idle();
  expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
  expect(newest("plan").conclusion, errorLines(newest("plan"))).toBe("success");
  expect(await commentOf(two)).toContain("stale");
  expect(await commentOf(two)).not.toContain("Budget");

  expect(await commentOf(one)).toMatch(/Deployed [a-z-]+ in /);

  await alice.merge(two);
  await stage.runner.idle();
  expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
  expect(await commentOf(two)).toContain("apply: 6 resources");
  expect(await commentOf(two)).not.toContain("differs from the reviewed plan");
}, 240_000);

test("closing a pull request deletes its change set and says so", async () => {
  const alice = stage.github.as("alice", stage.repository);
  const pull = await alice.openPullRequest({
    title: "Never",
    branch: "never",
    files: { "tenants/clinic-z.yml": standardTenant("clinic-z") },
  });
  await stage.runner.idle();
  await alice.close(pull);
  await stage.runner.idle();

  expect(newest("plan").conclusion, errorLines(newest("plan"))).toBe("success");
  expect(await commentOf(pull)).toContain("Closed without a merge");
  const caller = { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} };
  const { Summaries } = await stage.aws.world.invoke<{ Summaries: readonly object[] }>(
    "cloudformation",
    "ListChangeSets",
    { StackName: "mate-clinic-z-production" },
    { requestId: "test", caller },
  );
  expect(Summaries).toEqual([]);
}, 120_000);
