/** Snapshots: taken by hand or by RDS itself, copied, described and deleted. */
import type {
  CopyDBSnapshotMessage,
  DBInstance,
  DBSnapshot,
  DescribeDBSnapshotsMessage,
  Tag,
} from "@aws-sdk/client-rds";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { rdsPage } from "./paging.ts";
import {
  findInstance,
  type InstanceRecord,
  identifier,
  needStatus,
  pass,
  rdsArn,
  rdsControls,
  rdsState,
  tell,
} from "./state.ts";

/** Snapshot operations by name. */
export function snapshotOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateDBSnapshot: (input: { DBInstanceIdentifier?: string; DBSnapshotIdentifier?: string; Tags?: Tag[] }, call) => {
      const record = findInstance(world, call, input.DBInstanceIdentifier);
      // Amazon RDS API reference, CreateDBSnapshot. A stopped one has to be started first.
      needStatus(record, ["available", "storage-optimization"]);
      return {
        DBSnapshot: manualSnapshot(world, call, {
          record,
          id: identifier(input.DBSnapshotIdentifier),
          tags: input.Tags ?? [],
        }),
      };
    },
    DescribeDBSnapshots: (input: DescribeDBSnapshotsMessage, call) => {
      const all = [...rdsState(world, call).snapshots.values()];
      const { DBSnapshotIdentifier: asked } = input;
      if (asked !== undefined) findSnapshot(world, call, asked);
      const found = all
        .filter((one) => asked === undefined || one.DBSnapshotIdentifier === identifier(asked))
        .filter(
          (one) =>
            input.DBInstanceIdentifier === undefined ||
            one.DBInstanceIdentifier === identifier(input.DBInstanceIdentifier),
        )
        .filter((one) => input.SnapshotType === undefined || one.SnapshotType === input.SnapshotType)
        .filter((one) => input.DbiResourceId === undefined || one.DbiResourceId === input.DbiResourceId);
      const { items, Marker } = rdsPage(found, input);
      return { DBSnapshots: items, ...(Marker !== undefined && { Marker }) };
    },
    CopyDBSnapshot: (input: CopyDBSnapshotMessage, call) => {
      const source = findSnapshot(world, call, input.SourceDBSnapshotIdentifier);
      const id = identifier(input.TargetDBSnapshotIdentifier);
      const copy = register(world, call, {
        ...source,
        DBSnapshotIdentifier: id,
        DBSnapshotArn: rdsArn(call, "snapshot", id),
        SnapshotType: "manual",
        SourceDBSnapshotIdentifier: source.DBSnapshotArn,
        ...(input.KmsKeyId !== undefined && { KmsKeyId: input.KmsKeyId, Encrypted: true }),
        TagList: [...(input.CopyTags === true ? (source.TagList ?? []) : []), ...(input.Tags ?? [])],
      });
      return { DBSnapshot: copy };
    },
    DeleteDBSnapshot: (input: { DBSnapshotIdentifier?: string }, call) => {
      const snapshot = findSnapshot(world, call, input.DBSnapshotIdentifier);
      if (snapshot.SnapshotType !== "manual") {
        throw new AwsError(
          "InvalidDBSnapshotState",
          `The snapshot ${snapshot.DBSnapshotIdentifier} is automated and cannot be deleted.`,
        );
      }
      rdsState(world, call).snapshots.delete(snapshot.DBSnapshotIdentifier ?? "");
      return { DBSnapshot: { ...snapshot, Status: "deleted" } };
    },
  };
}

/** The snapshot of an identifier or ARN; throws DBSnapshotNotFound. */
export function findSnapshot(world: World, call: Call, nameOrArn: string | undefined): DBSnapshot {
  const found = rdsState(world, call).snapshots.get(identifier(nameOrArn));
  if (found === undefined)
    throw new AwsError("DBSnapshotNotFound", `DBSnapshot ${identifier(nameOrArn)} not found.`, 404);
  return found;
}

/** Takes a snapshot by hand; the instance is `backing-up` meanwhile, unless it is stopped or being deleted. */
export function manualSnapshot(
  world: World,
  call: Call,
  of: { readonly record: InstanceRecord; readonly id: string; readonly tags: readonly Tag[] },
): DBSnapshot {
  const { shown } = of.record;
  const inherited = shown.CopyTagsToSnapshot === true ? (shown.TagList ?? []) : [];
  const snapshot = register(world, call, {
    ...fromInstance(world, call, shown, of.id),
    SnapshotType: "manual",
    TagList: [...inherited, ...of.tags],
  });
  if (shown.DBInstanceStatus === "available") {
    pass(world, of.record, {
      status: "backing-up",
      milliseconds: rdsControls(world).durations.snapshot,
      done: () => {
        shown.DBInstanceStatus = "available";
      },
    });
  }
  return snapshot;
}

/** The backup RDS takes by itself once an instance is there. */
export function automatedSnapshot(world: World, call: Call, { shown }: InstanceRecord): void {
  const stamp = new Date(world.clock.now()).toISOString().slice(0, 16).replace(/[T:]/g, "-");
  const id = `rds:${shown.DBInstanceIdentifier}-${stamp}`;
  register(world, call, {
    ...fromInstance(world, call, shown, id),
    SnapshotType: "automated",
    TagList: [...(shown.TagList ?? [])],
  });
}

function register(world: World, call: Call, snapshot: DBSnapshot): DBSnapshot {
  const { snapshots, tags } = rdsState(world, call);
  const id = snapshot.DBSnapshotIdentifier ?? "";
  if (snapshots.has(id))
    throw new AwsError(
      "DBSnapshotAlreadyExists",
      `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
    );
  const manual = [...snapshots.values()].filter((one) => one.SnapshotType === "manual").length;
  if (snapshot.SnapshotType === "manual" && manual >= rdsControls(world).quotas.manualSnapshots) {
    throw new AwsError("SnapshotQuotaExceeded", "Cannot create more than the maximum number of manual snapshots");
  }
  Object.assign(snapshot, { Status: "creating", PercentProgress: 0 });
  delete snapshot.SnapshotCreateTime;
  snapshots.set(id, snapshot);
  tags.set(snapshot.DBSnapshotArn ?? "", snapshot.TagList ?? []);
  const taken = new Date(world.clock.now());
  world.clock.after(rdsControls(world).durations.snapshot, () => {
    Object.assign(snapshot, {
      Status: "available",
      PercentProgress: 100,
      SnapshotCreateTime: taken,
      OriginalSnapshotCreateTime: taken,
    });
    tell(world, call, {
      source: "db-snapshot",
      id,
      message: `${snapshot.SnapshotType === "manual" ? "Manual" : "Automated"} snapshot created`,
      category: "creation",
    });
  });
  return snapshot;
}

function fromInstance(world: World, call: Call, shown: DBInstance, id: string): DBSnapshot {
  return {
    DBSnapshotIdentifier: id,
    DBSnapshotArn: rdsArn(call, "snapshot", id),
    DBInstanceIdentifier: shown.DBInstanceIdentifier,
    DbiResourceId: shown.DbiResourceId,
    SnapshotDatabaseTime: new Date(world.clock.now()),
    Engine: shown.Engine,
    EngineVersion: shown.EngineVersion,
    MasterUsername: shown.MasterUsername,
    AllocatedStorage: shown.AllocatedStorage,
    StorageType: shown.StorageType,
    Port: shown.Endpoint?.Port,
    AvailabilityZone: shown.AvailabilityZone,
    InstanceCreateTime: shown.InstanceCreateTime,
    Encrypted: shown.StorageEncrypted,
    KmsKeyId: shown.KmsKeyId,
    LicenseModel: shown.LicenseModel,
    IAMDatabaseAuthenticationEnabled: shown.IAMDatabaseAuthenticationEnabled,
    SnapshotTarget: "region",
  };
}
