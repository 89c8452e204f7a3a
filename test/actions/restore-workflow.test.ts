/** The form, the approval and the real workflows with their bundles, on the whole stage. */
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage } from "../bed/stage.ts";
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

  function newest(workflow: string): RunView {
    const run = stage.runner.runs().findLast((one) => one.workflow === workflow);
    if (run === undefined) throw new Error(`${workflow} never ran`);
    return run;
  }

  function errorsOf(run: RunView): string {
    return run.jobs.flatMap(({ log }) => log.split("\n").filter((line) => line.startsWith("##[error]"))).join("\n");
  }

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
    return newest("restore");
  }

  async function instances(): Promise<
    readonly { readonly DBInstanceIdentifier: string; readonly DbiResourceId: string }[]
  > {
    const root = {
      requestId: "test",
      caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} },
    };
    const answer = await stage.aws.world.invoke<{
      readonly DBInstances: readonly { readonly DBInstanceIdentifier: string; readonly DbiResourceId: string }[];
    }>("rds", "DescribeDBInstances", {}, root);
    return answer.DBInstances;
  }

  async function serving(): Promise<string | undefined> {
    return (await instances()).find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === live)?.DbiResourceId;
  }

  test("a dry run needs nobody's approval and changes nothing", async () => {
    const before = await instances();

    const run = await fillIn({});

    expect(run.conclusion, errorsOf(run)).toBe("success");
    expect(run.jobs.map(({ name, conclusion }) => [name, conclusion])).toContainEqual(["look at clinic-x", "success"]);
    expect((await instances()).length).toBe(before.length);
  });

  test("an execution waits for a second person; the asker's own approval restores nothing", async () => {
    const before = await serving();
    const waiting = await fillIn({ mode: "execute", confirm: "clinic-x" });
    expect(waiting.status).toBe("waiting");
    expect(await serving()).toBe(before);

    const run = await approve(waiting, "alice");

    expect(run.conclusion).toBe("failure");
    expect(errorsOf(run)).toContain("only alice approved, who asked for it; a second person has to");
    expect(await serving()).toBe(before);
  });

  test("approved by another it restores, and undo brings the newer data back", async () => {
    const before = await serving();

    const restored = await approve(await fillIn({ mode: "execute", confirm: "clinic-x" }), "oscar");

    expect(restored.conclusion, errorsOf(restored)).toBe("success");
    expect(await serving()).not.toBe(before);
    const operation = `op-r${BigInt(restored.id).toString(36)}`;

    const undone = await approve(await fillIn({ mode: "undo", operation, confirm: "clinic-x" }), "oscar");

    expect(undone.conclusion, errorsOf(undone)).toBe("success");
    expect(await serving()).toBe(before);
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
    expect(run.conclusion, errorsOf(run)).toBe("success");
    expect((await instances()).length).toBe(before.length);
  });
});
