import type { Work } from "../events.ts";
import type { StackResource } from "../state.ts";
import type { LiveStates } from "./live.ts";

/** A resource as a drift-aware update finds it: with what drifted, and undefined if it is gone. Without drift, as remembered. */
export function asFound(known: StackResource | undefined, live: LiveStates): StackResource | undefined {
  const now = known === undefined ? undefined : live.get(known.logicalId);
  if (known === undefined || now === undefined) return known;
  return now.status === "DELETED" ? undefined : { ...known, properties: now.properties };
}

/** True for a resource that was deleted outside its stack. */
export function goneOf(known: StackResource | undefined, live: LiveStates): known is StackResource {
  return known !== undefined && live.get(known.logicalId)?.status === "DELETED";
}

/** What was brought in line has not drifted any more. */
export function settleDrift({ stack, world }: Work, live: LiveStates): void {
  const at = world.clock.now();
  for (const resource of stack.resources.values()) {
    const now = live.get(resource.logicalId);
    if (now === undefined || now.status === "UNSUPPORTED") continue;
    stack.resources.set(resource.logicalId, { ...resource, drift: { status: "IN_SYNC", at } });
  }
  stack.drift = { status: "IN_SYNC", at };
}
