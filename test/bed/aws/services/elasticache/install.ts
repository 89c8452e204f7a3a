/** Amazon ElastiCache: replication groups with their endpoints, and the groups they use. */
import type { Install } from "../../kernel.ts";
import { cacheClusterOperations } from "./clusters.ts";
import { cacheGroupOperations } from "./groups.ts";
import { replicaCountOperations } from "./replica-count.ts";
import { replicationGroupOperations } from "./replication-groups.ts";
import { cacheParameterGroupHandler, cacheSubnetGroupHandler, replicationGroupHandler } from "./resources.ts";
import { cacheSnapshotOperations } from "./snapshots.ts";

/** Adds the service `elasticache` and its resource types to a world. */
export const installElastiCache: Install = (world) => {
  world.services.set("elasticache", {
    name: "elasticache",
    operations: {
      ...replicationGroupOperations(world),
      ...replicaCountOperations(world),
      ...cacheClusterOperations(world),
      ...cacheSnapshotOperations(world),
      ...cacheGroupOperations(world),
    },
  });
  world.resources.set("AWS::ElastiCache::ReplicationGroup", replicationGroupHandler);
  world.resources.set("AWS::ElastiCache::SubnetGroup", cacheSubnetGroupHandler);
  world.resources.set("AWS::ElastiCache::ParameterGroup", cacheParameterGroupHandler);
};
