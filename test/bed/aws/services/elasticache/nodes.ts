/** How a replication group passes from one status to the next, and shows its nodes when it gets there. */
import type { Call, World } from "../../kernel.ts";
import { elastiCacheState, type ReplicationGroupRecord } from "./state.ts";

/** Puts a group into a status, and has something done when the time is over; what was pending is dropped. */
export function turn(
  world: World,
  record: ReplicationGroupRecord,
  through: { readonly status: string; readonly milliseconds: number; readonly done: () => void },
): void {
  record.cancel();
  record.shown.Status = through.status;
  record.cancel = world.clock.after(through.milliseconds, through.done);
}

/** Makes a group available, with the endpoints of the nodes it has. */
export function showNodes(world: World, call: Call, { shown, port }: ReplicationGroupRecord): void {
  const { region } = call.caller;
  const domain = `${elastiCacheState(world, call).suffix}.ng.0001.${region}.cache.amazonaws.com`;
  const host = (kind: string): string =>
    shown.TransitEncryptionEnabled === true
      ? `${kind === "primary" ? "master" : "replica"}.${shown.ReplicationGroupId}.${elastiCacheState(world, call).suffix}.${region}.cache.amazonaws.com`
      : `${shown.ReplicationGroupId}${kind === "primary" ? "" : "-ro"}.${domain}`;
  shown.Status = "available";
  shown.NodeGroups = [
    {
      NodeGroupId: "0001",
      Status: "available",
      PrimaryEndpoint: { Address: host("primary"), Port: port },
      ReaderEndpoint: { Address: host("reader"), Port: port },
      NodeGroupMembers: (shown.MemberClusters ?? []).map((CacheClusterId, at) => ({
        CacheClusterId,
        CacheNodeId: "0001",
        CurrentRole: at === 0 ? "primary" : "replica",
        PreferredAvailabilityZone: `${region}${"ab"[at % 2]}`,
        ReadEndpoint: { Address: `${CacheClusterId}.${domain}`, Port: port },
      })),
    },
  ];
}
