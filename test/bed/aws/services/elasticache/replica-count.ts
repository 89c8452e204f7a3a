/** How many nodes a replication group has, once it is there: replicas come and go by calls of their own. */
import type {
  DecreaseReplicaCountMessage,
  IncreaseReplicaCountMessage,
  ReplicationGroup,
} from "@aws-sdk/client-elasticache";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { showNodes, turn } from "./nodes.ts";
import { needAvailable } from "./snapshots.ts";
import { elastiCacheDurations, findReplicationGroup } from "./state.ts";

/** Operations on the number of replicas, by name. */
export function replicaCountOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    IncreaseReplicaCount: (input: IncreaseReplicaCountMessage, call) => ({
      ReplicationGroup: recount(world, call, { ...input, direction: "up" }),
    }),
    DecreaseReplicaCount: (input: DecreaseReplicaCountMessage, call) => ({
      ReplicationGroup: recount(world, call, { ...input, direction: "down" }),
    }),
  };
}

interface Recount {
  readonly ReplicationGroupId: string | undefined;
  readonly NewReplicaCount?: number | undefined;
  readonly direction: "up" | "down";
}

function recount(
  world: World,
  call: Call,
  { ReplicationGroupId, NewReplicaCount, direction }: Recount,
): ReplicationGroup {
  const record = findReplicationGroup(world, call, ReplicationGroupId);
  needAvailable(record);
  const { shown } = record;
  const present = (shown.MemberClusters?.length ?? 0) - 1;
  if (NewReplicaCount === undefined) {
    throw new AwsError("InvalidParameterCombination", "The bed changes the number of replicas by NewReplicaCount.");
  }
  if (direction === "up" ? NewReplicaCount <= present : NewReplicaCount >= present) {
    const than = direction === "up" ? "greater" : "less";
    throw new AwsError(
      "InvalidParameterValue",
      `New replica count must be ${than} than the current replica count ${present}.`,
    );
  }
  if (NewReplicaCount > 5) {
    throw new AwsError("InvalidParameterValue", "A replication group has 5 replicas at most.");
  }
  // Wording as in hashicorp/terraform-provider-aws issue 24244.
  if (NewReplicaCount < 1 && shown.AutomaticFailover === "enabled") {
    throw new AwsError(
      "InvalidParameterValue",
      "Must have at least 1 replica when cluster mode is disabled with auto failover enabled.",
    );
  }
  turn(world, record, {
    status: "modifying",
    milliseconds: elastiCacheDurations(world)[direction === "up" ? "create" : "remove"],
    done: () => {
      const id = shown.ReplicationGroupId ?? "";
      shown.MemberClusters = Array.from(
        { length: NewReplicaCount + 1 },
        (_, at) => shown.MemberClusters?.[at] ?? `${id}-${String(at + 1).padStart(3, "0")}`,
      );
      showNodes(world, call, record);
    },
  });
  return shown;
}
