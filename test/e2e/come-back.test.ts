/** The whole life of a hospital in pull requests, through the committed workflows and bundles: it comes, is suspended, leaves, comes back. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage } from "../bed/stage.ts";
import { runningServices } from "../bed/story.ts";
import { errorLines, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const file = "tenants/clinic-x.yml";
const stack = "mate-clinic-x-production";
const root = {
  requestId: "test",
  caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} },
};

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ speed: 300, tenants: [] });
}, 120_000);
afterAll(() => stage?.stop());

const newest = (workflow: string): RunView => newestRun(stage, workflow);

const ask = <T>(service: string, operation: string, input: object): Promise<T> =>
  stage.aws.world.invoke<T>(service, operation, input, root);

let changes = 0;

/** Opens a pull request with one file as given, or without it, and gives what its plan says. */
async function propose(
  title: string,
  text: string | undefined,
): Promise<{ readonly pull: number; readonly plan: string }> {
  const alice = stage.github.as("alice", stage.repository);
  const files = { [file]: text };
  const pull = await alice.openPullRequest({ title, branch: `change-${++changes}`, files });
  await stage.runner.idle();
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repository}/issues/${pull}/comments`, {
    headers: { authorization: `Bearer ${stage.github.tokenOf("alice")}` },
  });
  const comments = (await response.json()) as readonly { readonly body: string }[];
  return { pull, plan: comments.map(({ body }) => body).find((body) => body.includes("<!-- mate:plan -->")) ?? "" };
}

async function merge(pull: number): Promise<RunView> {
  await stage.github.as("alice", stage.repository).merge(pull);
  await stage.runner.idle();
  return newest("deploy");
}

const instances = async (): Promise<readonly string[]> =>
  (
    await ask<{ DBInstances: readonly { DBInstanceIdentifier: string }[] }>("rds", "DescribeDBInstances", {})
  ).DBInstances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier);

describe("a hospital's whole life", { timeout: 240_000 }, () => {
  test("it comes and works", async () => {
    const { pull } = await propose("Add clinic X", standardTenant("clinic-x"));

    const run = await merge(pull);

    expect(run.conclusion, errorLines(run)).toBe("success");
    await ask("s3", "PutObject", {
      ...{ Bucket: `${stack}-data`, Key: "letters/1.txt" },
      Body: new TextEncoder().encode("of a patient"),
    });
  });

  test("suspended first, it leaves by the pull request that deletes its file: the plan says what is kept", async () => {
    await merge((await propose("Suspend clinic X", standardTenant("clinic-x", "state: suspended\n"))).pull);
    const { pull, plan } = await propose("Remove clinic X", undefined);
    expect(plan).toContain("DataBucket");

    const run = await merge(pull);

    expect(run.conclusion, errorLines(run)).toBe("success");
    expect(run.jobs.map(({ name }) => name)).toContain("remove tenants without a file from production");
    expect(await instances()).not.toContain(stack);
  });

  test("its file written again adopts what was kept: the plan shows it, and after the merge its data is there", async () => {
    const { pull, plan } = await propose("Clinic X comes back", standardTenant("clinic-x"));
    expect(plan).toContain("comes back");
    expect(plan).toContain(`${stack}-data`);

    const run = await merge(pull);

    expect(run.conclusion, errorLines(run)).toBe("success");
    const { Body } = await ask<{ Body: Uint8Array }>("s3", "GetObject", {
      ...{ Bucket: `${stack}-data`, Key: "letters/1.txt" },
    });
    expect(new TextDecoder().decode(Body)).toBe("of a patient");
    expect(await instances()).toContain(stack);
    const restored = stage.aws.calls.all().filter(({ operation }) => operation === "RestoreDBInstanceFromDBSnapshot");
    expect(restored).toHaveLength(1);
    expect(await runningServices(stage, "clinic-x")).toHaveLength(3);
  });
});
