/** What ElastiCache remembers for one account and region. */
import type {
  CacheParameterGroup,
  CacheSubnetGroup,
  ReplicationGroup,
  Snapshot,
  Tag,
} from "@aws-sdk/client-elasticache";
import { AwsError, type Call, type World } from "../../kernel.ts";

export interface ReplicationGroupRecord {
  readonly shown: ReplicationGroup;
  /** What only its clusters show. */
  readonly cluster: {
    engineVersion: string;
    parameterGroup: string;
    readonly subnetGroup: string;
    securityGroups: readonly string[];
    maintenanceWindow: string;
  };
  readonly port: number;
  cancel: () => void;
}

export interface CacheParameterGroupRecord {
  readonly shown: CacheParameterGroup;
  readonly values: Map<string, string>;
}

export interface ElastiCacheState {
  readonly groups: Map<string, ReplicationGroupRecord>;
  readonly subnetGroups: Map<string, CacheSubnetGroup>;
  readonly parameterGroups: Map<string, CacheParameterGroupRecord>;
  readonly snapshots: Map<string, Snapshot>;
  readonly tags: Map<string, readonly Tag[]>;
  /** The part of endpoints that is the same for all caches of an account and region. */
  readonly suffix: string;
}

/** How long things take, in milliseconds of bed time. */
export interface ElastiCacheDurations {
  create: number;
  modify: number;
  remove: number;
  snapshot: number;
}

/** The durations of a world; the same object whoever asks. */
export function elastiCacheDurations(world: World): ElastiCacheDurations {
  return world.store("elasticache-durations", { account: "*", region: "*" }, () => ({
    create: 360_000,
    modify: 180_000,
    remove: 180_000,
    snapshot: 120_000,
  }));
}

/** The state of the caller's account and region. */
export function elastiCacheState(world: World, call: Call): ElastiCacheState {
  return world.store("elasticache", call.caller, () => ({
    groups: new Map(),
    subnetGroups: new Map(),
    parameterGroups: new Map(),
    snapshots: new Map(),
    tags: new Map(),
    suffix: world.hex(6),
  }));
}

/** `arn:aws:elasticache:<region>:<account>:<kind>:<name>` */
export function cacheArn(
  call: Call,
  kind: "replicationgroup" | "cluster" | "subnetgroup" | "parametergroup" | "snapshot",
  name: string,
): string {
  return `arn:aws:elasticache:${call.caller.region}:${call.caller.account}:${kind}:${name}`;
}

/** The replication group of an id; throws ReplicationGroupNotFoundFault. */
export function findReplicationGroup(world: World, call: Call, id: string | undefined): ReplicationGroupRecord {
  const found = elastiCacheState(world, call).groups.get(id?.toLowerCase() ?? "");
  if (found === undefined)
    throw new AwsError("ReplicationGroupNotFoundFault", `ReplicationGroup ${id} not found.`, 404);
  return found;
}
