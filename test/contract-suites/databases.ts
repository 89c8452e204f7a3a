/** What a restore relies on: snapshots, points in time, and renaming, which keeps everything else of an instance. */

import { setTimeout } from "node:timers/promises";
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from "@aws-sdk/client-rds";
import { beforeAll, describe, expect, test } from "vitest";
import { differsOn, type Place, type PlaceName } from "./place.ts";

export function databasesSuite(place: () => Place, name: PlaceName): void {
  describe("databases", () => {
    let rds: RDSClient;
    const find = async (DBInstanceIdentifier: string) => {
      const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
      return DBInstances?.[0];
    };
    /** The bed takes its time, in its own fast time; after a rename the new name is not there at once. */
    const available = async (id: string) => {
      for (let tries = 0; ; tries += 1) {
        const found = await find(id).catch((error: Error) => {
          if (error.name !== "DBInstanceNotFound" && error.name !== "DBInstanceNotFoundFault") throw error;
          return undefined;
        });
        if (found?.DBInstanceStatus === "available") return found;
        if (tries > 200) throw new Error(`${id} is still ${found?.DBInstanceStatus ?? "missing"}`);
        await setTimeout(50);
      }
    };
    const ended = async (id: string) => {
      for (let tries = 0; tries < 200; tries += 1) {
        const name = await find(id).then(
          () => "there",
          (error: Error) => error.name,
        );
        if (name !== "there") return name;
        await setTimeout(50);
      }
      return "there";
    };
    beforeAll(async () => {
      rds = new RDSClient(place().settings);
      await rds.send(
        new CreateDBInstanceCommand({
          ...{ DBInstanceIdentifier: "hospital-a", DBInstanceClass: "db.t4g.small", Engine: "postgres" },
          ...{ MasterUsername: "mate", MasterUserPassword: "not-a-secret-here", AllocatedStorage: 50 },
          ...{ BackupRetentionPeriod: 7, DeletionProtection: true, Tags: [{ Key: "tenant", Value: "hospital-a" }] },
        }),
      );
      await available("hospital-a");
    }, 60_000);

    test("an instance that is protected is not deleted", async () => {
      const deletion = rds.send(
        new DeleteDBInstanceCommand({ DBInstanceIdentifier: "hospital-a", SkipFinalSnapshot: true }),
      );
      await expect(deletion).rejects.toMatchObject({
        name: expect.stringMatching(/^InvalidParameter(Value|Combination)/),
      });
      expect((await find("hospital-a"))?.DBInstanceStatus).toBe("available");
    });

    test("a snapshot is of its instance, and its name is taken", async () => {
      const take = () =>
        rds.send(
          new CreateDBSnapshotCommand({ DBInstanceIdentifier: "hospital-a", DBSnapshotIdentifier: "before-v2" }),
        );
      await take();
      await available("hospital-a");
      await expect(take()).rejects.toMatchObject({ name: expect.stringContaining("DBSnapshotAlreadyExists") });
      const { DBSnapshots } = await rds.send(
        new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: "hospital-a", SnapshotType: "manual" }),
      );
      expect(DBSnapshots?.map((one) => [one.DBSnapshotIdentifier, one.Status, one.AllocatedStorage])).toEqual([
        ["before-v2", "available", 50],
      ]);
    });

    test("a restored instance stands beside the old one, in the class asked for and with the old storage", async () => {
      await rds.send(
        new RestoreDBInstanceFromDBSnapshotCommand({
          ...{ DBInstanceIdentifier: "hospital-a-restored", DBSnapshotIdentifier: "before-v2" },
          DBInstanceClass: "db.t4g.medium",
        }),
      );
      const restored = await available("hospital-a-restored");
      expect(restored).toMatchObject({ DBInstanceClass: "db.t4g.medium", AllocatedStorage: 50, Engine: "postgres" });
    });

    // moto copies the resource id with everything else; AWS never gives one twice.
    differsOn("moto", name)("a restored instance is another resource", async () => {
      const [old, restored] = await Promise.all([find("hospital-a"), find("hospital-a-restored")]);
      expect(restored?.DbiResourceId).not.toBe(old?.DbiResourceId);
    });

    // moto copies the protection too; on AWS it is off unless asked for (API reference, RestoreDBInstanceFromDBSnapshot).
    differsOn("moto", name)("a restored instance is not protected", async () => {
      expect((await find("hospital-a-restored"))?.DeletionProtection).toBe(false);
    });

    test("a point in time makes another instance of the same engine", async () => {
      await rds.send(
        new RestoreDBInstanceToPointInTimeCommand({
          ...{ SourceDBInstanceIdentifier: "hospital-a", TargetDBInstanceIdentifier: "hospital-a-pitr" },
          UseLatestRestorableTime: true,
        }),
      );
      expect(await available("hospital-a-pitr")).toMatchObject({ Engine: "postgres", AllocatedStorage: 50 });
    });

    test("a name that is taken is refused to a restore", async () => {
      const restore = rds.send(
        new RestoreDBInstanceFromDBSnapshotCommand({
          ...{ DBInstanceIdentifier: "hospital-a", DBSnapshotIdentifier: "before-v2" },
        }),
      );
      await expect(restore).rejects.toMatchObject({ name: expect.stringContaining("DBInstanceAlreadyExists") });
    });

    test("a renamed instance is the same one under the new name, and the old name is free", async () => {
      const before = await find("hospital-a-restored");
      await rds.send(
        new ModifyDBInstanceCommand({
          ...{ DBInstanceIdentifier: "hospital-a-restored", NewDBInstanceIdentifier: "hospital-a-new" },
          ApplyImmediately: true,
        }),
      );
      const after = await available("hospital-a-new");
      expect(after.DbiResourceId).toBe(before?.DbiResourceId);
      expect(after.Endpoint?.Address).toMatch(/^hospital-a-new\./);
      expect(await ended("hospital-a-restored")).toMatch(/^DBInstanceNotFound/);
    });

    test("deleting with a final snapshot leaves the snapshot", async () => {
      await rds.send(
        new ModifyDBInstanceCommand({
          ...{ DBInstanceIdentifier: "hospital-a-pitr", DeletionProtection: false, ApplyImmediately: true },
        }),
      );
      await available("hospital-a-pitr");
      await rds.send(
        new DeleteDBInstanceCommand({
          ...{ DBInstanceIdentifier: "hospital-a-pitr", FinalDBSnapshotIdentifier: "hospital-a-final" },
        }),
      );
      expect(await ended("hospital-a-pitr")).toMatch(/^DBInstanceNotFound/);
      const { DBSnapshots } = await rds.send(
        new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "hospital-a-final" }),
      );
      expect(DBSnapshots?.map(({ Status }) => Status)).toEqual(["available"]);
    });

    test("what is not there is told apart from what is broken", async () => {
      await expect(find("nobody")).rejects.toMatchObject({ name: expect.stringMatching(/^DBInstanceNotFound/) });
      const snapshots = rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "nothing" }));
      await expect(snapshots).rejects.toMatchObject({ name: expect.stringMatching(/^DBSnapshotNotFound/) });
    });
  });
}
