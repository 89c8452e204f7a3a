/** Where a deployment can be killed so that it makes a difference. */
import { type DeployAction, deployActions, type KillPoint } from "./deployment.ts";
import type { GateCall } from "./gate.ts";

/**
 * Every call that writes, before and after its effect; and every read, once: asked again before anything was written, a read is a
 * poll, and a process that dies between two polls leaves the same behind.
 */
export function killPoints(calls: Readonly<Record<DeployAction, readonly GateCall[]>>): readonly KillPoint[] {
  return deployActions.flatMap((action) => {
    const asked = new Set<string>();
    return calls[action].flatMap(({ number, name }): readonly KillPoint[] => {
      if (isWrite(name)) {
        asked.clear();
        return (["before-effect", "after-effect"] as const).map((when) => ({ action, call: number, when }));
      }
      if (asked.has(name)) return [];
      asked.add(name);
      return [{ action, call: number, when: "before-effect" }];
    });
  });
}

/** By the operation's verb; asking for credentials changes nothing. */
export function isWrite(name: string): boolean {
  return !/^(sts:|\w+(-\w+)*:(Describe|List|Get|BatchGet|BatchCheck|Filter|Validate)|\w+:(GET|HEAD)\b)/.test(name);
}
