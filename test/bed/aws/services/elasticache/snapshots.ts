/** Snapshots of replication groups. */
import type { Snapshot } from "@aws-sdk/client-elasticache";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import {
  cacheArn,
  elastiCacheDurations,
  elastiCacheState,
  findReplicationGroup,
  type ReplicationGroupRecord,
} from "./state.ts";

/** Snapshot operations by name. */
export function cacheSnapshotOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateSnapshot: (input: { ReplicationGroupId?: string; SnapshotName?: string }, call) => {
      const record = findReplicationGroup(world, call, input.ReplicationGroupId);
      needAvailable(record);
      return { Snapshot: takeSnapshot(world, call, { record, name: input.SnapshotName ?? "" }) };
    },
    DescribeSnapshots: (input: { SnapshotName?: string; ReplicationGroupId?: string }, call) => ({
      Snapshots: [...elastiCacheState(world, call).snapshots.values()]
        .filter((one) => input.SnapshotName === undefined || one.SnapshotName === input.SnapshotName)
        .filter((one) => input.ReplicationGroupId === undefined || one.ReplicationGroupId === input.ReplicationGroupId),
    }),
    DeleteSnapshot: ({ SnapshotName = "" }: { SnapshotName?: string }, call) => {
      const { snapshots } = elastiCacheState(world, call);
      const found = snapshots.get(SnapshotName);
      if (found === undefined) throw new AwsError("SnapshotNotFoundFault", `${SnapshotName} is not found`, 404);
      snapshots.delete(SnapshotName);
      return { Snapshot: { ...found, SnapshotStatus: "deleting" } };
    },
  };
}

/** Begins a snapshot by hand. */
export function takeSnapshot(
  world: World,
  call: Call,
  { record, name }: { readonly record: ReplicationGroupRecord; readonly name: string },
): Snapshot {
  const { snapshots } = elastiCacheState(world, call);
  if (snapshots.has(name))
    throw new AwsError("SnapshotAlreadyExistsFault", `Snapshot with specified name already exists: ${name}`);
  const made: Snapshot = {
    SnapshotName: name,
    ReplicationGroupId: record.shown.ReplicationGroupId,
    SnapshotStatus: "creating",
    SnapshotSource: "manual",
    CacheNodeType: record.shown.CacheNodeType,
    Engine: record.shown.Engine,
    EngineVersion: record.cluster.engineVersion,
    ARN: cacheArn(call, "snapshot", name),
  };
  snapshots.set(name, made);
  world.clock.after(elastiCacheDurations(world).snapshot, () => {
    made.SnapshotStatus = "available";
  });
  return made;
}

/** Throws InvalidReplicationGroupState unless the group is available. */
export function needAvailable({ shown }: ReplicationGroupRecord): void {
  if (shown.Status !== "available")
    throw new AwsError(
      "InvalidReplicationGroupState",
      `Replication group ${shown.ReplicationGroupId} is not in available state. It is ${shown.Status}.`,
    );
}
