/** Where a deployment can be killed so that it makes a difference. */
import type { KillPoint } from "./deployment.ts";
import { type GateCall, isWrite } from "./gate.ts";

/** Every call that writes, before and after its effect, and every read, which has none; polls left out. */
export function killPoints(calls: ReadonlyMap<string, readonly GateCall[]>): readonly KillPoint[] {
  return [...calls].flatMap(([action, made]) =>
    made.flatMap(({ number, name }): readonly KillPoint[] => {
      if (number === undefined) return [];
      const moments = isWrite(name) ? (["before-effect", "after-effect"] as const) : (["before-effect"] as const);
      return moments.map((when) => ({ action, call: number, when }));
    }),
  );
}
