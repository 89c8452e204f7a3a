import type { World } from "../../kernel.ts";

/** Signals that resources have been sent, by stack and logical id: each signal has an id of its own and counts once. */
export interface Signals {
  readonly succeeded: Set<string>;
  readonly failed: Set<string>;
}

/** The signals of one resource. */
export function signalsOf(world: World, stackId: string, logicalId: string): Signals {
  const all = world.store("cloudformation/signals", { account: "*", region: "*" }, () => new Map<string, Signals>());
  const key = `${stackId}/${logicalId}`;
  const known = all.get(key) ?? { succeeded: new Set<string>(), failed: new Set<string>() };
  all.set(key, known);
  return known;
}
