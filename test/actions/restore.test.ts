/** A paid tenant's database goes back to an earlier time by a swap of names, and forward again. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RestoreOutcome } from "../../actions/lib/domain/restore-outcome.ts";
import type { RestoreRecord } from "../../actions/lib/domain/restore-record.ts";
import { type Instance, type RestoreStage, startRestoreStage } from "../fixtures/restore-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: RestoreStage;
beforeAll(async () => {
  stage = await startRestoreStage({ "tenants/clinic-x.yml": standardTenant("clinic-x") });
  // Until its first backup is uploaded there is nothing to go back to.
  await stage.sleep(20 * 60_000);
}, 120_000);
afterAll(() => stage?.stop());

const live = "mate-clinic-x-production";

/** Of the restore that the first part carries out and the second reverses. */
let operation = "";

function recordOf(outcome: RestoreOutcome): RestoreRecord {
  if (outcome.outcome === "stopped") throw new Error(`stopped: ${outcome.failure.message}`);
  if (outcome.outcome !== "carried-out") throw new Error(`nothing was carried out: ${outcome.outcome}`);
  return outcome.record;
}

function secretOf(instance: Instance | undefined): string {
  return instance?.MasterUserSecret?.SecretArn ?? "none";
}

async function byResource(resource: string | undefined): Promise<Instance | undefined> {
  return (await stage.instances()).find(({ DbiResourceId }) => DbiResourceId === resource);
}

async function logins(): Promise<readonly (string | undefined)[]> {
  return (await stage.services("clinic-x")).map(({ secret }) => secret);
}

async function tasks(): Promise<readonly number[]> {
  return (await stage.services("clinic-x")).map(({ running }) => running);
}

/** What may differ between an instance and the one it replaces. */
const ownOfAnInstance = [
  "DBInstanceIdentifier",
  "DBInstanceArn",
  "DbiResourceId",
  "Endpoint",
  "InstanceCreateTime",
  "LatestRestorableTime",
  "MasterUserSecret",
  "TagList",
];

function settingsOf(instance: Instance | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(instance ?? {}).filter(([name]) => !ownOfAnInstance.includes(name)));
}

describe("a paid tenant's database", { timeout: 120_000 }, () => {
  test("a dry run changes nothing and says what would be done, how long it takes and what is lost", async () => {
    stage.aws.calls.clear();

    const outcome = await stage.restore({ tenant: "clinic-x", mode: "dry-run" });

    if (outcome.outcome !== "planned") throw new Error(outcome.outcome);
    const { plan } = outcome;
    expect(plan.findings.filter(({ level }) => level === "refuse")).toEqual([]);
    expect(plan.steps.map(({ step }) => step).join(" ")).toBe(
      "restore-beside carry-settings verify suspend final-snapshot rename-old rename-new forget-queue migrate resume check-stack",
    );
    expect(plan.lossMinutes).toBeLessThan(10);
    expect(plan.minutes.whole).toBeGreaterThan(plan.minutes.down);
    const changing = stage.aws.calls.all().filter(({ operation: name }) => !/^(Describe|Get|List|Head)/.test(name));
    expect(changing.map(({ operation: name }) => name)).toEqual([]);
  });

  test("is restored by a swap of names: the endpoint stays, the old one is kept, what ran runs", async () => {
    const before = await stage.instance(live);
    const running = await tasks();

    const record = recordOf(await stage.restore({ tenant: "clinic-x", mode: "execute" }));

    operation = record.operation;
    expect(record.state).toBe("done");
    expect(record.facts.drift).toEqual([]);
    const after = await stage.instance(live);
    expect(after?.DbiResourceId).not.toBe(before?.DbiResourceId);
    expect(after?.Endpoint).toEqual(before?.Endpoint);
    const kept = await byResource(before?.DbiResourceId);
    expect(kept?.DBInstanceIdentifier).toMatch(/^mate-clinic-x-production-old-\d{14}$/);
    expect(kept?.DeletionProtection).toBe(true);
    expect(await tasks()).toEqual(running);
    expect(new Set(await logins())).toEqual(new Set([`${secretOf(after)}:password::`]));
    const { DBSnapshots } = await stage.invoke<{
      DBSnapshots: readonly { DbiResourceId: string; SnapshotType: string }[];
    }>("rds", "DescribeDBSnapshots", {});
    const last = DBSnapshots.filter(({ SnapshotType }) => SnapshotType === "manual");
    expect(last.map(({ DbiResourceId }) => DbiResourceId)).toEqual([before?.DbiResourceId]);
  });

  test("has every setting of the old one", async () => {
    const kept = (await stage.instances()).find(({ DBInstanceIdentifier }) => /-old-/.test(DBInstanceIdentifier));

    expect(settingsOf(await stage.instance(live))).toEqual(settingsOf(kept));
    expect(secretOf(await stage.instance(live))).toMatch(/^arn:/);
  });

  test("is what its stack says, for CloudFormation looking at all of it", async () => {
    expect(await stage.drift(live)).toEqual([]);
  });

  test("is not given the old login by the next deployment, which migrates once more because the schema is of another time", async () => {
    const { records } = stage.restoreCell();
    for (const key of await records.list("settled/")) await records.delete(key);

    const outcomes = await stage.deploy(stage.files);

    expect(outcomes.map(({ stage: name, outcome, cause }) => [name, outcome, cause])).toEqual([
      ["apply", "unchanged", undefined],
      ["migrate", "changed", undefined],
      ["roll", "unchanged", undefined],
    ]);
    expect(new Set(await logins())).toEqual(new Set([`${secretOf(await stage.instance(live))}:password::`]));
  });

  test("the same operation again does nothing", async () => {
    stage.aws.calls.clear();

    const record = recordOf(await stage.restore({ tenant: "clinic-x", mode: "execute" }));

    expect(record.state).toBe("done");
    const changing = stage.aws.calls
      .all()
      .filter(({ service, operation: name }) => service === "rds" && !/^Describe/.test(name));
    expect(changing).toEqual([]);
  });

  test("abort comes too late, and says what to do instead", async () => {
    const outcome = await stage.restore({ tenant: "clinic-x", mode: "abort", operation });

    expect(outcome.outcome === "stopped" && outcome.failure.message).toMatch(/is done and cannot be aborted/);
  });

  test("undo gives the old database its name back, and keeps the restored one with what was written since", async () => {
    const restored = await stage.instance(live);
    const kept = (await stage.instances()).find(({ DBInstanceIdentifier }) => /-old-/.test(DBInstanceIdentifier));

    const record = recordOf(await stage.restore({ tenant: "clinic-x", mode: "undo", operation }));

    expect(record.state).toBe("undone");
    const back = await stage.instance(live);
    expect(back?.DbiResourceId).toBe(kept?.DbiResourceId);
    expect(back?.Endpoint).toEqual(restored?.Endpoint);
    expect((await byResource(restored?.DbiResourceId))?.DBInstanceIdentifier).toMatch(/-undone-\d{14}$/);
    expect(await tasks()).toEqual([1, 1, 1]);
    expect(new Set(await logins())).toEqual(new Set([`${secretOf(back)}:password::`]));
    expect(await stage.drift(live)).toEqual([]);
  });
});

describe("one restore after the other", { timeout: 120_000 }, () => {
  test("the earlier one is undone only after the later one", async () => {
    const run = (id: string) => ({ id, url: `https://run/${id}`, actor: "alice", startedBy: "alice" });
    const first = recordOf(await stage.restore({ tenant: "clinic-x", mode: "execute", run: run("21") }));
    const second = recordOf(await stage.restore({ tenant: "clinic-x", mode: "execute", run: run("22") }));

    const tooEarly = await stage.restore({
      tenant: "clinic-x",
      mode: "undo",
      operation: first.operation,
      run: run("23"),
    });
    expect(tooEarly.outcome === "stopped" && tooEarly.failure.reasonCode).toBe("restored-since");

    for (const one of [second, first]) {
      const undo = { tenant: "clinic-x", mode: "undo", operation: one.operation, run: run("24") } as const;
      expect(recordOf(await stage.restore(undo)).state).toBe("undone");
    }
    expect((await stage.instance(live))?.DbiResourceId).toBe(first.facts.old?.resource);
    expect(new Set(await logins())).toEqual(new Set([`${secretOf(await stage.instance(live))}:password::`]));
    expect(await tasks()).toEqual([1, 1, 1]);
  });
});
