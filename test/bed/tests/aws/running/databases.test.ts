import type { DBInstance, DBSnapshot } from "@aws-sdk/client-rds";
import { afterEach, beforeEach, expect, test } from "vitest";
import { World } from "../../../aws/kernel.ts";
import { installRds } from "../../../aws/services/rds/install.ts";
import { installSecretsManager } from "../../../aws/services/secrets-manager/install.ts";
import { virtualClock } from "../../../conformance/virtual-clock.ts";
import { CALL } from "../ecs/ecs-world.ts";

let world: World;
beforeEach(() => {
  world = new World(virtualClock());
  installRds(world);
  installSecretsManager(world);
});
afterEach(() => world.clock.stop());

function rds<T = { DBInstance: DBInstance }>(operation: string, input: object): Promise<T> {
  return world.invoke<T>("rds", operation, input, CALL);
}

async function instance(DBInstanceIdentifier: string): Promise<DBInstance> {
  const { DBInstances } = await rds<{ DBInstances: [DBInstance] }>("DescribeDBInstances", { DBInstanceIdentifier });
  return DBInstances[0];
}

async function until(id: string, status: string): Promise<DBInstance> {
  const end = world.clock.now() + 3_600_000;
  for (;;) {
    const found = [...(await rds<{ DBInstances: DBInstance[] }>("DescribeDBInstances", {})).DBInstances].find(
      (one) => one.DBInstanceIdentifier === id,
    );
    if (found?.DBInstanceStatus === status) return found;
    if (world.clock.now() > end) throw new Error(`${id} is ${found?.DBInstanceStatus} after an hour, not ${status}`);
    await world.clock.sleep(30_000);
  }
}

async function stMarys(more: object = {}): Promise<DBInstance> {
  await rds("CreateDBInstance", {
    DBInstanceIdentifier: "st-marys",
    DBInstanceClass: "db.t4g.small",
    Engine: "postgres",
    MasterUsername: "mate",
    ManageMasterUserPassword: true,
    AllocatedStorage: 50,
    BackupRetentionPeriod: 7,
    ...more,
  });
  return until("st-marys", "available");
}

test("an instance takes minutes to create and has an endpoint only then", async () => {
  const asked = world.clock.now();
  const { DBInstance: created } = await rds("CreateDBInstance", {
    DBInstanceIdentifier: "st-marys",
    DBInstanceClass: "db.t4g.small",
    Engine: "postgres",
    MasterUsername: "mate",
    MasterUserPassword: "secret-word",
  });
  expect(created).toMatchObject({ DBInstanceStatus: "creating" });
  expect(created.Endpoint).toBeUndefined();

  const ready = await until("st-marys", "available");

  expect(world.clock.now() - asked).toBeGreaterThan(7 * 60_000);
  expect(ready.Endpoint?.Address).toMatch(/^st-marys\.[a-z0-9]+\.us-east-1\.rds\.amazonaws\.com$/);
});

test("the managed password is a secret that goes with the instance", async () => {
  const { MasterUserSecret } = await stMarys();
  const value = await world.invoke<{ SecretString: string }>(
    "secrets-manager",
    "GetSecretValue",
    { SecretId: MasterUserSecret?.SecretArn },
    CALL,
  );
  expect(JSON.parse(value.SecretString)).toMatchObject({ username: "mate" });

  await rds("DeleteDBInstance", { DBInstanceIdentifier: "st-marys", SkipFinalSnapshot: true });
  await world.clock.sleep(400_000);

  await expect(instance("st-marys")).rejects.toMatchObject({ code: "DBInstanceNotFound" });
  await expect(
    world.invoke("secrets-manager", "GetSecretValue", { SecretId: MasterUserSecret?.SecretArn }, CALL),
  ).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

test("restore to a point in time, then swap the names: the endpoint stays", async () => {
  const old = await stMarys({ DeletionProtection: true });
  await world.clock.sleep(20 * 60_000);
  const RestoreTime = new Date(world.clock.now() - 10 * 60_000);
  await rds("RestoreDBInstanceToPointInTime", {
    SourceDBInstanceIdentifier: "st-marys",
    TargetDBInstanceIdentifier: "st-marys-r1",
    RestoreTime,
  });
  const restored = await until("st-marys-r1", "available");
  expect(restored).toMatchObject({
    DBInstanceClass: "db.t4g.small",
    AllocatedStorage: 50,
    MultiAZ: false,
    DeletionProtection: false,
  });
  expect(restored.MasterUserSecret).toBeUndefined();

  await rds("ModifyDBInstance", {
    DBInstanceIdentifier: "st-marys",
    NewDBInstanceIdentifier: "st-marys-old",
    ApplyImmediately: true,
  });
  expect((await instance("st-marys")).DBInstanceStatus).toBe("renaming");
  await until("st-marys-old", "available");
  await rds("ModifyDBInstance", {
    DBInstanceIdentifier: "st-marys-r1",
    NewDBInstanceIdentifier: "st-marys",
    ApplyImmediately: true,
  });
  const now = await until("st-marys", "available");

  expect(now.Endpoint?.Address).toBe(old.Endpoint?.Address);
  expect(now.DbiResourceId).toBe(restored.DbiResourceId);
  expect((await instance("st-marys-old")).DbiResourceId).toBe(old.DbiResourceId);
});

test("a time that cannot be restored to is refused", async () => {
  await stMarys();
  const target = { SourceDBInstanceIdentifier: "st-marys", TargetDBInstanceIdentifier: "st-marys-r1" };
  await expect(
    rds("RestoreDBInstanceToPointInTime", { ...target, RestoreTime: new Date(world.clock.now() + 60_000) }),
  ).rejects.toMatchObject({ code: "InvalidRestoreFault" });
  await expect(
    rds("RestoreDBInstanceToPointInTime", { ...target, RestoreTime: new Date(world.clock.now() - 86_400_000) }),
  ).rejects.toMatchObject({ code: "InvalidRestoreFault" });
});

test("a snapshot becomes available and a new instance can be made of it", async () => {
  await stMarys();
  await rds("CreateDBSnapshot", { DBInstanceIdentifier: "st-marys", DBSnapshotIdentifier: "before-v2" });
  expect((await instance("st-marys")).DBInstanceStatus).toBe("backing-up");
  await expect(
    rds("RestoreDBInstanceFromDBSnapshot", { DBInstanceIdentifier: "copy", DBSnapshotIdentifier: "before-v2" }),
  ).rejects.toMatchObject({ code: "InvalidDBSnapshotState" });
  await world.clock.sleep(150_000);

  await rds("RestoreDBInstanceFromDBSnapshot", {
    DBInstanceIdentifier: "copy",
    DBSnapshotIdentifier: "before-v2",
    DBInstanceClass: "db.t4g.micro",
  });

  expect(await until("copy", "available")).toMatchObject({ MasterUsername: "mate", DBInstanceClass: "db.t4g.micro" });
  const { DBSnapshots } = await rds<{ DBSnapshots: DBSnapshot[] }>("DescribeDBSnapshots", {
    DBInstanceIdentifier: "st-marys",
  });
  expect(DBSnapshots.map((one) => one.SnapshotType).sort()).toEqual(["automated", "manual"]);
});

test("deletion is refused when protected or without a word about the final snapshot", async () => {
  await stMarys({ DeletionProtection: true });
  await expect(
    rds("DeleteDBInstance", { DBInstanceIdentifier: "st-marys", SkipFinalSnapshot: true }),
  ).rejects.toMatchObject({ code: "InvalidParameterCombination" });
  await rds("ModifyDBInstance", { DBInstanceIdentifier: "st-marys", DeletionProtection: false });
  await expect(rds("DeleteDBInstance", { DBInstanceIdentifier: "st-marys" })).rejects.toMatchObject({
    code: "InvalidParameterCombination",
  });

  await rds("DeleteDBInstance", { DBInstanceIdentifier: "st-marys", FinalDBSnapshotIdentifier: "st-marys-final" });
  await world.clock.sleep(400_000);

  const { DBSnapshots } = await rds<{ DBSnapshots: DBSnapshot[] }>("DescribeDBSnapshots", {});
  expect(DBSnapshots.map((one) => [one.DBSnapshotIdentifier, one.Status])).toEqual([["st-marys-final", "available"]]);
});

test("a stopped instance starts by itself after seven days", async () => {
  await stMarys();
  await rds("StopDBInstance", { DBInstanceIdentifier: "st-marys" });
  const { AutomaticRestartTime } = await until("st-marys", "stopped");
  expect(AutomaticRestartTime?.getTime()).toBeGreaterThan(world.clock.now() + 6.9 * 86_400_000);

  await rds("StartDBInstance", { DBInstanceIdentifier: "st-marys" });
  expect((await until("st-marys", "available")).AutomaticRestartTime).toBeUndefined();
});

test("a stopped instance is not modified, renamed, unprotected, restarted or backed up by hand; its backups and its deletion are there", async () => {
  const { DbiResourceId } = await stMarys({ DeletionProtection: true });
  await world.clock.sleep(20 * 60_000);
  await rds("StopDBInstance", { DBInstanceIdentifier: "st-marys" });
  await until("st-marys", "stopped");
  for (const change of [
    { DBInstanceClass: "db.m6g.large" },
    { NewDBInstanceIdentifier: "other" },
    { DeletionProtection: false },
  ]) {
    await expect(
      rds("ModifyDBInstance", { DBInstanceIdentifier: "st-marys", ApplyImmediately: true, ...change }),
    ).rejects.toMatchObject({ code: "InvalidDBInstanceState", message: expect.stringContaining("stopped") });
  }
  for (const [operation, more] of [
    ["RebootDBInstance", {}],
    ["StopDBInstance", {}],
    ["CreateDBSnapshot", { DBSnapshotIdentifier: "by-hand" }],
  ] as const) {
    await expect(rds(operation, { DBInstanceIdentifier: "st-marys", ...more })).rejects.toMatchObject({
      code: "InvalidDBInstanceState",
    });
  }
  await rds("ModifyDBInstance", { DBInstanceIdentifier: "st-marys", DBParameterGroupName: "default.postgres16" });
  await rds("RestoreDBInstanceToPointInTime", {
    SourceDBInstanceIdentifier: "st-marys",
    TargetDBInstanceIdentifier: "st-marys-r1",
    UseLatestRestorableTime: true,
  });
  await until("st-marys-r1", "available");

  await rds("StartDBInstance", { DBInstanceIdentifier: "st-marys" });
  await until("st-marys", "available");
  await rds("ModifyDBInstance", { DBInstanceIdentifier: "st-marys", DeletionProtection: false });
  await rds("StopDBInstance", { DBInstanceIdentifier: "st-marys" });
  await until("st-marys", "stopped");
  await rds("DeleteDBInstance", { DBInstanceIdentifier: "st-marys", FinalDBSnapshotIdentifier: "st-marys-final" });
  await world.clock.sleep(400_000);
  const { DBSnapshots } = await rds<{ DBSnapshots: DBSnapshot[] }>("DescribeDBSnapshots", {
    DBSnapshotIdentifier: "st-marys-final",
  });
  expect(DBSnapshots[0]).toMatchObject({ Status: "available", DbiResourceId });
});

test("a change of class waits for the maintenance window unless it is to be at once", async () => {
  await stMarys();
  await rds("ModifyDBInstance", { DBInstanceIdentifier: "st-marys", DBInstanceClass: "db.m6g.large" });
  expect(await instance("st-marys")).toMatchObject({
    DBInstanceClass: "db.t4g.small",
    PendingModifiedValues: { DBInstanceClass: "db.m6g.large" },
  });

  await rds("ModifyDBInstance", {
    DBInstanceIdentifier: "st-marys",
    DBInstanceClass: "db.m6g.large",
    ApplyImmediately: true,
  });
  expect((await instance("st-marys")).DBInstanceStatus).toBe("modifying");
  await world.clock.sleep(240_000);
  expect(await until("st-marys", "available")).toMatchObject({
    DBInstanceClass: "db.m6g.large",
    PendingModifiedValues: {},
  });
});
