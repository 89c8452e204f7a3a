/** The operations on instances: create, restore, describe, reboot, stop, start and delete. */
import type {
  CreateDBInstanceMessage,
  DBInstance,
  DeleteDBInstanceMessage,
  DescribeDBInstancesMessage,
  RestoreDBInstanceFromDBSnapshotMessage,
} from "@aws-sdk/client-rds";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { beginInstance } from "./birth.ts";
import { dropMasterSecret } from "./master-secret.ts";
import { modify } from "./modify.ts";
import { rdsPage } from "./paging.ts";
import { latestRestorable, restoreToPointInTime } from "./point-in-time.ts";
import { findSnapshot, manualSnapshot } from "./snapshots.ts";
import {
  findInstance,
  type InstanceRecord,
  identifier,
  needStatus,
  pass,
  rdsControls,
  rdsState,
  tell,
} from "./state.ts";

/** A stopped instance starts by itself after seven days (Amazon RDS user guide). */
const STOPPED_AT_MOST = 7 * 86_400_000;

/** Instance operations by name. */
export function instanceOperations(world: World): Readonly<Record<string, Operation>> {
  const shownBy = (call: Call, shown: DBInstance): object => ({ DBInstance: show(world, call, shown) });
  return {
    CreateDBInstance: async (input: CreateDBInstanceMessage, call) => {
      if (input.Engine !== "postgres")
        throw new AwsError("InvalidParameterValue", `Invalid DB engine: the bed models postgres, not ${input.Engine}`);
      if (input.MasterUserPassword === undefined && input.ManageMasterUserPassword !== true) {
        throw new AwsError(
          "InvalidParameterValue",
          "The parameter MasterUserPassword must be provided and must not be blank.",
        );
      }
      const milliseconds = rdsControls(world).durations.create;
      return shownBy(
        call,
        await beginInstance(world, call, { wish: input, source: undefined, milliseconds, tags: input.Tags ?? [] }),
      );
    },
    RestoreDBInstanceFromDBSnapshot: async (input: RestoreDBInstanceFromDBSnapshotMessage, call) => {
      const snapshot = findSnapshot(world, call, input.DBSnapshotIdentifier);
      if (snapshot.Status !== "available")
        throw new AwsError("InvalidDBSnapshotState", `The snapshot ${snapshot.DBSnapshotIdentifier} is not available.`);
      const { Encrypted: StorageEncrypted = false, ...rest } = snapshot;
      const source = { ...rest, StorageEncrypted };
      const milliseconds = rdsControls(world).durations.restore;
      return shownBy(
        call,
        await beginInstance(world, call, { wish: input, source, milliseconds, tags: input.Tags ?? [] }),
      );
    },
    RestoreDBInstanceToPointInTime: async (input, call) =>
      shownBy(call, await restoreToPointInTime(world, call, input)),
    DescribeDBInstances: (input: DescribeDBInstancesMessage, call) => describe(world, input, call),
    ModifyDBInstance: async (input, call) => shownBy(call, await modify(world, call, input)),
    RebootDBInstance: (input: { DBInstanceIdentifier?: string }, call) => {
      const record = findInstance(world, call, input.DBInstanceIdentifier);
      needStatus(record, ["available", "storage-optimization"]);
      turn(world, call, {
        record,
        status: "rebooting",
        milliseconds: rdsControls(world).durations.reboot,
        into: "available",
        message: "DB instance restarted",
        category: "availability",
      });
      return shownBy(call, record.shown);
    },
    StopDBInstance: (input: { DBInstanceIdentifier?: string; DBSnapshotIdentifier?: string }, call) => {
      const record = findInstance(world, call, input.DBInstanceIdentifier);
      needStatus(record, ["available"]);
      if (input.DBSnapshotIdentifier !== undefined)
        manualSnapshot(world, call, { record, id: identifier(input.DBSnapshotIdentifier), tags: [] });
      record.shown.AutomaticRestartTime = new Date(world.clock.now() + STOPPED_AT_MOST);
      turn(world, call, {
        record,
        status: "stopping",
        milliseconds: rdsControls(world).durations.stop,
        into: "stopped",
        message: "DB instance stopped",
        category: "notification",
      });
      record.cancelRestart = world.clock.after(STOPPED_AT_MOST, () => start(world, call, record));
      return shownBy(call, record.shown);
    },
    StartDBInstance: (input: { DBInstanceIdentifier?: string }, call) => {
      const record = findInstance(world, call, input.DBInstanceIdentifier);
      needStatus(record, ["stopped"]);
      start(world, call, record);
      return shownBy(call, record.shown);
    },
    DeleteDBInstance: (input: DeleteDBInstanceMessage, call) => shownBy(call, remove(world, input, call)),
  };
}

function describe(world: World, input: DescribeDBInstancesMessage, call: Call): object {
  if (input.DBInstanceIdentifier !== undefined) {
    return { DBInstances: [show(world, call, findInstance(world, call, input.DBInstanceIdentifier).shown)] };
  }
  const filters = (input.Filters ?? []).map(({ Name, Values = [] }) => ({
    Name,
    values: Values.map((value) => identifier(value)),
  }));
  const found = [...rdsState(world, call).instances.values()].filter(({ shown }) =>
    filters.every(({ Name, values }) => {
      switch (Name) {
        case "db-instance-id":
          return values.includes(shown.DBInstanceIdentifier ?? "");
        case "dbi-resource-id":
          return values.includes(shown.DbiResourceId?.toLowerCase() ?? "");
        case "engine":
          return values.includes(shown.Engine ?? "");
        default:
          throw new AwsError("InvalidParameterValue", `Unrecognized filter name: ${Name}`);
      }
    }),
  );
  const { items, Marker } = rdsPage(found, input);
  return { DBInstances: items.map(({ shown }) => show(world, call, shown)), ...(Marker !== undefined && { Marker }) };
}

function show(world: World, call: Call, shown: DBInstance): DBInstance {
  const latest = latestRestorable(world, shown);
  const TagList = [...(rdsState(world, call).tags.get(shown.DBInstanceArn ?? "") ?? [])];
  return structuredClone({
    ...shown,
    TagList,
    ...(latest !== undefined && { LatestRestorableTime: new Date(latest) }),
  });
}

function start(world: World, call: Call, record: InstanceRecord): void {
  record.cancelRestart();
  delete record.shown.AutomaticRestartTime;
  turn(world, call, {
    record,
    status: "starting",
    milliseconds: rdsControls(world).durations.start,
    into: "available",
    message: "DB instance started",
    category: "notification",
  });
}

function turn(
  world: World,
  call: Call,
  by: {
    readonly record: InstanceRecord;
    readonly status: string;
    readonly milliseconds: number;
    readonly into: string;
    readonly message: string;
    readonly category: string;
  },
): void {
  pass(world, by.record, {
    status: by.status,
    milliseconds: by.milliseconds,
    done: () => {
      by.record.shown.DBInstanceStatus = by.into;
      tell(world, call, {
        source: "db-instance",
        id: by.record.shown.DBInstanceIdentifier ?? "",
        message: by.message,
        category: by.category,
      });
    },
  });
}

function remove(world: World, input: DeleteDBInstanceMessage, call: Call): DBInstance {
  const state = rdsState(world, call);
  const record = findInstance(world, call, input.DBInstanceIdentifier);
  const { shown } = record;
  if (shown.DeletionProtection === true) {
    throw new AwsError(
      "InvalidParameterCombination",
      "Cannot delete protected DB Instance, please disable deletion protection and try again.",
    );
  }
  if (shown.DBInstanceStatus === "deleting")
    throw new AwsError("InvalidDBInstanceState", `Instance ${shown.DBInstanceIdentifier} is already being deleted.`);
  const { SkipFinalSnapshot = false, FinalDBSnapshotIdentifier: final } = input;
  if (!SkipFinalSnapshot && final === undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
    );
  }
  if (SkipFinalSnapshot && final !== undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "FinalDBSnapshotIdentifier can not be specified when deleting a DB instance with SkipFinalSnapshot.",
    );
  }
  if (final !== undefined) manualSnapshot(world, call, { record, id: identifier(final), tags: [] });
  record.cancelRestart();
  const id = shown.DBInstanceIdentifier ?? "";
  pass(world, record, {
    status: "deleting",
    milliseconds: rdsControls(world).durations.remove,
    done: () => {
      if (state.instances.get(id) === record) state.instances.delete(id);
      tell(world, call, { source: "db-instance", id, message: "DB instance deleted", category: "deletion" });
      // A defect of the bed surfaces as an unhandled rejection.
      void dropMasterSecret(world, call, shown);
      if (input.DeleteAutomatedBackups === false) retain(world, call, shown);
      else dropAutomatedSnapshots(world, call, shown);
    },
  });
  return shown;
}

function retain(world: World, call: Call, shown: DBInstance): void {
  const to = latestRestorable(world, { ...shown, DBInstanceStatus: "available" }) ?? world.clock.now();
  const arn = `arn:aws:rds:${call.caller.region}:${call.caller.account}:auto-backup:ab-${world.hex(26)}`;
  rdsState(world, call).retained.set(shown.DbiResourceId ?? "", {
    arn,
    instance: shown,
    from: shown.InstanceCreateTime?.getTime() ?? to,
    to,
  });
}

function dropAutomatedSnapshots(world: World, call: Call, shown: DBInstance): void {
  const { snapshots } = rdsState(world, call);
  for (const [id, snapshot] of snapshots) {
    if (snapshot.SnapshotType === "automated" && snapshot.DbiResourceId === shown.DbiResourceId) snapshots.delete(id);
  }
}
