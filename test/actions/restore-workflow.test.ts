/** The form, the approval and the real workflows with their bundles, on the whole stage. */
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage } from "../bed/stage.ts";
import { errorLines, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const bundles = ["restore", "drill"].every((action) =>
  existsSync(new URL(`../../actions/${action}/dist/index.js`, import.meta.url)),
);
if (!bundles)
  console.info("skipped: restores through the workflows; scripts/build makes the bundles of restore and drill");

const live = "mate-clinic-x-production";

describe.skipIf(!bundles)("through the workflows", { timeout: 300_000 }, () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({ speed: 200, tenants: [] });
    const production = await stage.read("infra/environments/production.yml");
    const operators =
      "operators:\n  - { user: alice, verbs: all, tiers: all }\n  - { user: oscar, verbs: [restore], tiers: all }\n";
    const alice = stage.github.as("alice", stage.repository);
    const files = {
      "tenants/clinic-x.yml": standardTenant("clinic-x"),
      "infra/environments/production.yml": production.replace(/^operators:\n(?:(?: .*| *#.*)\n)*/m, operators),
    };
    const pull = await alice.openPullRequest({ title: "Add clinic X", branch: "clinic-x", files });
    await stage.runner.idle();
    await alice.merge(pull);
    await stage.runner.idle();
    expect(newest("deploy").conclusion).toBe("success");
    await stage.aws.world.clock.sleep(20 * 60_000);
    const environment = stage.github.environment(stage.repository, "production-restore");
    environment.reviewers = ["alice", "oscar"].map((login) => ({ type: "User", id: stage.github.addUser(login).id }));
  }, 240_000);
  afterAll(() => stage?.stop());

  const newest = (workflow: string): RunView => newestRun(stage, workflow);

  async function fillIn(form: Readonly<Record<string, string>>): Promise<RunView> {
    const inputs = {
      tenant: "clinic-x",
      environment: "production",
      what: "database",
      when: "latest",
      mode: "dry-run",
      ...form,
    };
    await stage.github.as("alice", stage.repository).dispatch("restore.yml", inputs);
    await stage.runner.idle();
    return newest("restore");
  }

  /** Lets the waiting job in, as a person does on the run's page. */
  async function approve(run: RunView, login: string): Promise<RunView> {
    const { id } = stage.github.environment(stage.repository, "production-restore");
    const address = `${stage.github.apiUrl}/repos/${stage.repository}/actions/runs/${run.id}/pending_deployments`;
    const response = await fetch(address, {
      method: "POST",
      headers: { authorization: `Bearer ${stage.github.tokenOf(login)}`, "content-type": "application/json" },
      body: JSON.stringify({ environment_ids: [id], state: "approved", comment: "looked at the dry run" }),
    });
    expect(response.status, await response.text()).toBe(200);
    await stage.runner.idle();
    return stage.runner.run(run.id);
  }

  async function instances(): Promise<
    readonly { readonly DBInstanceIdentifier: string; readonly DbiResourceId: string }[]
  > {
    const answer = await stage.aws.world.invoke<{
      readonly DBInstances: readonly { readonly DBInstanceIdentifier: string; readonly DbiResourceId: string }[];
    }>("rds", "DescribeDBInstances", {}, root);
    return answer.DBInstances;
  }

  const root = {
    requestId: "test",
    caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} },
  };
  const ask = <T>(service: string, operation: string, input: object): Promise<T> =>
    stage.aws.world.invoke<T>(service, operation, input, root);
  interface Databases {
    readonly DBInstances: readonly { readonly Endpoint?: { readonly Address: string } }[];
  }

  const put = (Key: string, content: string): Promise<object> =>
    ask("s3", "PutObject", { Bucket: `${live}-data`, Key, Body: new TextEncoder().encode(content) });
  async function text(Key: string): Promise<string> {
    const { Body } = await ask<{ readonly Body: Uint8Array }>("s3", "GetObject", { Bucket: `${live}-data`, Key });
    return new TextDecoder().decode(Body);
  }

  async function driftOf(StackName: string): Promise<readonly string[]> {
    await ask("cloudformation", "DetectStackDrift", { StackName });
    await stage.aws.world.clock.sleep(60_000);
    const filter = { StackName, StackResourceDriftStatusFilters: ["MODIFIED", "DELETED"] };
    const { StackResourceDrifts } = await ask<{ StackResourceDrifts: readonly { LogicalResourceId: string }[] }>(
      "cloudformation",
      "DescribeStackResourceDrifts",
      filter,
    );
    return StackResourceDrifts.map(({ LogicalResourceId }) => LogicalResourceId);
  }

  async function serving(): Promise<string | undefined> {
    return (await instances()).find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === live)?.DbiResourceId;
  }

  test("a dry run needs nobody's approval and changes nothing", async () => {
    const before = await instances();

    const run = await fillIn({});

    expect(run.conclusion, errorLines(run)).toBe("success");
    expect(run.jobs.map(({ name, conclusion }) => [name, conclusion])).toContainEqual(["look at clinic-x", "success"]);
    expect((await instances()).length).toBe(before.length);
  });

  test("an execution waits for a second person; the asker's own approval restores nothing", async () => {
    const before = await serving();
    const waiting = await fillIn({ mode: "execute", confirm: "clinic-x" });
    expect(waiting.status).toBe("waiting");
    expect(await serving()).toBe(before);
    // Nobody has to be asked for a look, so it does not stand behind what waits for somebody.
    for (const mode of ["list", "dry-run"]) expect((await fillIn({ mode })).conclusion, mode).toBe("success");

    const run = await approve(waiting, "alice");

    expect(run.conclusion).toBe("failure");
    expect(errorLines(run)).toContain("only alice approved, who asked for it; a second person has to");
    expect(await serving()).toBe(before);
  });

  test("approved by another it restores, and undo brings the newer data back", async () => {
    const before = await serving();

    const restored = await approve(await fillIn({ mode: "execute", confirm: "clinic-x" }), "oscar");

    expect(restored.conclusion, errorLines(restored)).toBe("success");
    expect(await serving()).not.toBe(before);
    const operation = `op-r${BigInt(restored.id).toString(36)}`;

    const undone = await approve(await fillIn({ mode: "undo", operation, confirm: "clinic-x" }), "oscar");

    expect(undone.conclusion, errorLines(undone)).toBe("success");
    expect(await serving()).toBe(before);
  });

  test("files and database go back to the same moment, exactly; the endpoint stays, the stack has no drift, and undo brings the newer database back", async () => {
    const { clock } = stage.aws.world;
    const endpoint = async () =>
      (await ask<Databases>("rds", "DescribeDBInstances", { DBInstanceIdentifier: live })).DBInstances[0]?.Endpoint;
    await put("letters/1.txt", "as it was");
    await clock.sleep(60_000);
    const then = new Date(Math.ceil(clock.now() / 1000) * 1000).toISOString();
    await clock.sleep(60_000);
    await put("letters/1.txt", "overwritten");
    await put("letters/2.txt", "came later");
    // RDS can restore to a moment when it has written its log away, which takes minutes.
    await clock.sleep(20 * 60_000);
    const before = await serving();
    const where = await endpoint();

    const restored = await approve(
      await fillIn({ what: "both", when: then.replace(".000", ""), mode: "execute", confirm: "clinic-x" }),
      "oscar",
    );

    expect(restored.conclusion, errorLines(restored)).toBe("success");
    expect(await text("letters/1.txt")).toBe("as it was");
    await expect(text("letters/2.txt")).rejects.toThrow();
    const asked = stage.aws.calls.all().filter(({ operation }) => operation === "RestoreDBInstanceToPointInTime");
    const times = asked.map(({ input }) => (input as { readonly RestoreTime: Date }).RestoreTime);
    expect(new Date(times.at(-1) ?? 0).toISOString()).toBe(then);
    expect(await serving()).not.toBe(before);
    expect(await endpoint()).toEqual(where);
    expect(await driftOf(live)).toEqual([]);

    const operation = `op-r${BigInt(restored.id).toString(36)}`;
    const undone = await approve(await fillIn({ what: "both", mode: "undo", operation, confirm: "clinic-x" }), "oscar");

    expect(undone.conclusion, errorLines(undone)).toBe("success");
    expect(await serving()).toBe(before);
    expect(await driftOf(live)).toEqual([]);
  });

  test("every call of the restore was made in a session that carries the tenant", async () => {
    const changed = stage.aws.calls
      .all()
      .filter(({ service, operation }) => service === "rds" && /^(Restore|Modify|CreateDBSnapshot)/.test(operation));

    expect(changed.length).toBeGreaterThan(4);
    for (const { caller } of changed.filter(({ caller: who }) => !who.includes("cfn")))
      expect(caller).toContain("assumed-role/mate-production-restore/");
  });

  test("the scheduled drill proves the backup without anybody, and leaves nothing", async () => {
    const before = await instances();

    await stage.github.schedule(stage.repository, "41 2 * * 3");
    await stage.runner.idle();

    const run = newest("drill");
    expect(run.conclusion, errorLines(run)).toBe("success");
    expect((await instances()).length).toBe(before.length);
  });
});
