/** Replication groups: Redis OSS and Valkey, cluster mode off. */
import type {
  CreateReplicationGroupMessage,
  DeleteReplicationGroupMessage,
  DescribeReplicationGroupsMessage,
  ModifyReplicationGroupMessage,
  ReplicationGroup,
} from "@aws-sdk/client-elasticache";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { rdsPage } from "../rds/paging.ts";
import { showNodes, turn } from "./nodes.ts";
import { needAvailable, takeSnapshot } from "./snapshots.ts";
import {
  cacheArn,
  elastiCacheDurations,
  elastiCacheState,
  findReplicationGroup,
  type ReplicationGroupRecord,
} from "./state.ts";

/** Replication group operations by name. */
export function replicationGroupOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateReplicationGroup: (input: CreateReplicationGroupMessage, call) => ({
      ReplicationGroup: create(world, input, call).shown,
    }),
    DescribeReplicationGroups: (input: DescribeReplicationGroupsMessage, call) => {
      const id = input.ReplicationGroupId;
      const all =
        id === undefined ? [...elastiCacheState(world, call).groups.values()] : [findReplicationGroup(world, call, id)];
      const { items, Marker } = rdsPage(
        all.map((one) => one.shown),
        input,
      );
      return { ReplicationGroups: items, ...(Marker !== undefined && { Marker }) };
    },
    ModifyReplicationGroup: (input: ModifyReplicationGroupMessage, call) => ({
      ReplicationGroup: modify(world, input, call),
    }),
    DeleteReplicationGroup: (input: DeleteReplicationGroupMessage, call) => {
      const record = findReplicationGroup(world, call, input.ReplicationGroupId);
      needAvailable(record);
      if (input.FinalSnapshotIdentifier !== undefined)
        takeSnapshot(world, call, { record, name: input.FinalSnapshotIdentifier });
      turn(world, record, {
        status: "deleting",
        milliseconds: elastiCacheDurations(world).remove,
        done: () => elastiCacheState(world, call).groups.delete(record.shown.ReplicationGroupId ?? ""),
      });
      return { ReplicationGroup: record.shown };
    },
  };
}

function create(world: World, input: CreateReplicationGroupMessage, call: Call): ReplicationGroupRecord {
  const state = elastiCacheState(world, call);
  const id = (input.ReplicationGroupId ?? "").toLowerCase();
  if (!/^[a-z](?:-?[a-z0-9])*$/.test(id) || id.length > 40) {
    throw new AwsError(
      "InvalidParameterValue",
      `The parameter ReplicationGroupId is not a valid identifier: ${id}. It must have 1 to 40 letters, digits or hyphens, begin with a letter, and not end with a hyphen or hold two in a row.`,
    );
  }
  if (state.groups.has(id))
    throw new AwsError("ReplicationGroupAlreadyExists", `Replication group ${id} already exists.`);
  if ((input.NumNodeGroups ?? 1) > 1)
    throw new AwsError("InvalidParameterValue", "The bed models replication groups with one node group.");
  const { CacheSubnetGroupName: subnetGroup = "default", CacheParameterGroupName: parameterGroup = "default.redis7" } =
    input;
  if (subnetGroup !== "default" && !state.subnetGroups.has(subnetGroup))
    throw new AwsError("CacheSubnetGroupNotFoundFault", `Cache Subnet Group ${subnetGroup} does not exist.`);
  if (!parameterGroup.startsWith("default.") && !state.parameterGroups.has(parameterGroup)) {
    throw new AwsError("CacheParameterGroupNotFound", `CacheParameterGroup ${parameterGroup} not found.`, 404);
  }
  const nodes = input.NumCacheClusters ?? 1 + (input.ReplicasPerNodeGroup ?? 0);
  if (input.AutomaticFailoverEnabled === true && nodes < 2) {
    throw new AwsError(
      "InvalidParameterCombination",
      "When using automatic failover, there must be at least 2 cache clusters in the replication group.",
    );
  }
  if (input.AuthToken !== undefined && input.TransitEncryptionEnabled !== true) {
    throw new AwsError("InvalidParameterCombination", "AuthToken requires TransitEncryptionEnabled.");
  }
  const shown: ReplicationGroup = {
    ReplicationGroupId: id,
    Description: input.ReplicationGroupDescription,
    Status: "creating",
    MemberClusters: Array.from({ length: nodes }, (_, at) => `${id}-${String(at + 1).padStart(3, "0")}`),
    AutomaticFailover: input.AutomaticFailoverEnabled === true ? "enabled" : "disabled",
    MultiAZ: input.MultiAZEnabled === true ? "enabled" : "disabled",
    SnapshotRetentionLimit: input.SnapshotRetentionLimit ?? 0,
    SnapshotWindow: input.SnapshotWindow ?? "05:00-06:00",
    ClusterEnabled: false,
    ClusterMode: "disabled",
    CacheNodeType: input.CacheNodeType ?? "cache.t4g.micro",
    AuthTokenEnabled: input.AuthToken !== undefined,
    TransitEncryptionEnabled: input.TransitEncryptionEnabled ?? false,
    ...(input.TransitEncryptionEnabled === true && {
      TransitEncryptionMode: input.TransitEncryptionMode ?? "required",
    }),
    AtRestEncryptionEnabled: input.AtRestEncryptionEnabled ?? false,
    ...(input.KmsKeyId !== undefined && { KmsKeyId: input.KmsKeyId }),
    ARN: cacheArn(call, "replicationgroup", id),
    LogDeliveryConfigurations: (input.LogDeliveryConfigurations ?? []).map((one) => ({
      ...one,
      Status: "active" as const,
    })),
    ReplicationGroupCreateTime: new Date(world.clock.now()),
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    Engine: input.Engine ?? "redis",
    PendingModifiedValues: {},
    NodeGroups: [],
  };
  const record: ReplicationGroupRecord = {
    shown,
    cluster: {
      engineVersion: input.EngineVersion ?? "7.1",
      parameterGroup,
      subnetGroup,
      securityGroups: input.SecurityGroupIds ?? [],
      maintenanceWindow: input.PreferredMaintenanceWindow ?? "sun:06:00-sun:07:00",
    },
    port: input.Port ?? 6379,
    cancel: () => {},
  };
  state.groups.set(id, record);
  state.tags.set(shown.ARN ?? "", input.Tags ?? []);
  turn(world, record, {
    status: "creating",
    milliseconds: elastiCacheDurations(world).create,
    done: () => showNodes(world, call, record),
  });
  return record;
}

function modify(world: World, input: ModifyReplicationGroupMessage, call: Call): ReplicationGroup {
  const record = findReplicationGroup(world, call, input.ReplicationGroupId);
  needAvailable(record);
  const { shown, cluster } = record;
  if (input.AutomaticFailoverEnabled === true && (shown.MemberClusters?.length ?? 0) < 2) {
    // Wording as in aws-cloudformation/cloudformation-coverage-roadmap issues 383 and 1275.
    throw new AwsError(
      "InvalidReplicationGroupState",
      "Replication group must have at least one read replica to enable autofailover.",
    );
  }
  const fails = input.AutomaticFailoverEnabled ?? shown.AutomaticFailover === "enabled";
  if ((input.MultiAZEnabled ?? shown.MultiAZ === "enabled") && !fails) {
    throw new AwsError("InvalidParameterCombination", "Multi-AZ needs automatic failover.");
  }
  turn(world, record, {
    status: "modifying",
    milliseconds: elastiCacheDurations(world).modify,
    done: () => {
      shown.Status = "available";
      if (input.ReplicationGroupDescription !== undefined) shown.Description = input.ReplicationGroupDescription;
      if (input.CacheNodeType !== undefined) shown.CacheNodeType = input.CacheNodeType;
      if (input.SnapshotRetentionLimit !== undefined) shown.SnapshotRetentionLimit = input.SnapshotRetentionLimit;
      if (input.SnapshotWindow !== undefined) shown.SnapshotWindow = input.SnapshotWindow;
      if (input.AutomaticFailoverEnabled !== undefined)
        shown.AutomaticFailover = input.AutomaticFailoverEnabled ? "enabled" : "disabled";
      if (input.MultiAZEnabled !== undefined) shown.MultiAZ = input.MultiAZEnabled ? "enabled" : "disabled";
      if (input.AuthToken !== undefined) shown.AuthTokenEnabled = true;
      if (input.EngineVersion !== undefined) cluster.engineVersion = input.EngineVersion;
      if (input.CacheParameterGroupName !== undefined) cluster.parameterGroup = input.CacheParameterGroupName;
      if (input.SecurityGroupIds !== undefined) cluster.securityGroups = input.SecurityGroupIds;
      if (input.PreferredMaintenanceWindow !== undefined) cluster.maintenanceWindow = input.PreferredMaintenanceWindow;
    },
  });
  return shown;
}
