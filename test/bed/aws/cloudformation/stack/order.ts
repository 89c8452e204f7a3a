import type { Node } from "./operation.ts";
import type { StackResource } from "./state.ts";

/** Resources of a stack as nodes that come after what they need. */
export function needsOf(resources: readonly StackResource[]): readonly Node[] {
  return resources.map(({ logicalId, declared }) => ({ id: logicalId, after: declared.needs }));
}

/** The same nodes the other way round: what is needed comes after what needs it. */
export function reversed(nodes: readonly Node[]): readonly Node[] {
  const after = new Map(nodes.map(({ id }) => [id, new Set<string>()]));
  for (const node of nodes) for (const need of node.after) after.get(need)?.add(node.id);
  return nodes.map(({ id }) => ({ id, after: after.get(id) ?? new Set() })).reverse();
}
