/** The clusters, each of one node, that replication groups consist of. */
import type { CacheCluster, DescribeCacheClustersMessage } from "@aws-sdk/client-elasticache";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { rdsPage } from "../rds/paging.ts";
import { cacheArn, elastiCacheState, type ReplicationGroupRecord } from "./state.ts";

/** Cluster operations by name. */
export function cacheClusterOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    DescribeCacheClusters: (input: DescribeCacheClustersMessage, call) => {
      const all = [...elastiCacheState(world, call).groups.values()].flatMap((record) => clusters(call, record));
      const found = all.filter(
        (one) => input.CacheClusterId === undefined || one.CacheClusterId === input.CacheClusterId,
      );
      if (input.CacheClusterId !== undefined && found.length === 0) {
        throw new AwsError("CacheClusterNotFound", `CacheCluster not found: ${input.CacheClusterId}`, 404);
      }
      const { items, Marker } = rdsPage(found, input);
      return { CacheClusters: items, ...(Marker !== undefined && { Marker }) };
    },
  };
}

function clusters(call: Call, { shown, cluster }: ReplicationGroupRecord): CacheCluster[] {
  return (shown.MemberClusters ?? []).map((CacheClusterId) => ({
    CacheClusterId,
    ReplicationGroupId: shown.ReplicationGroupId,
    CacheClusterStatus: shown.Status,
    CacheNodeType: shown.CacheNodeType,
    Engine: shown.Engine,
    EngineVersion: cluster.engineVersion,
    NumCacheNodes: 1,
    CacheClusterCreateTime: shown.ReplicationGroupCreateTime,
    PreferredMaintenanceWindow: cluster.maintenanceWindow,
    CacheParameterGroup: {
      CacheParameterGroupName: cluster.parameterGroup,
      ParameterApplyStatus: "in-sync",
      CacheNodeIdsToReboot: [],
    },
    CacheSubnetGroupName: cluster.subnetGroup,
    SecurityGroups: cluster.securityGroups.map((SecurityGroupId) => ({ SecurityGroupId, Status: "active" })),
    SnapshotRetentionLimit: shown.SnapshotRetentionLimit,
    SnapshotWindow: shown.SnapshotWindow,
    AuthTokenEnabled: shown.AuthTokenEnabled,
    TransitEncryptionEnabled: shown.TransitEncryptionEnabled,
    AtRestEncryptionEnabled: shown.AtRestEncryptionEnabled,
    ARN: cacheArn(call, "cluster", CacheClusterId),
  }));
}
