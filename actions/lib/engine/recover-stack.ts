/** Brings a stack that an earlier operation left in between into a state that takes a change set, or says why it cannot. */
import { holdsData } from "../domain/data-resource.ts";
import { type Stack, type StackCondition, type StackStatus, stackCondition } from "../domain/stack.ts";
import type { Clock } from "../ports/clock.ts";
import type { Progress } from "../ports/progress.ts";
import type { Stacks } from "../ports/stacks.ts";
import { waitFor } from "./wait.ts";

export type Recovery =
  | { readonly outcome: "ready"; readonly stack: Stack | undefined }
  | { readonly outcome: "blocked"; readonly reasonCode: string; readonly cause: string };

export interface RecoveryPorts {
  readonly stacks: Stacks;
  readonly clock: Clock;
  readonly progress: Progress;
}

/**
 * Waits for operations of others, and takes back what failed. A stack is deleted only if it was never created successfully
 * and nothing that is left in it holds data.
 *
 * @param atMostMs how long to wait for each operation, in milliseconds
 */
export async function recoverStack(name: string, atMostMs: number, ports: RecoveryPorts): Promise<Recovery> {
  const tried = new Set<StackStatus>();
  for (;;) {
    const stack = await whenIdle(name, atMostMs, ports);
    if (stack === "busy") {
      return blocked(
        "stack-busy",
        `stack ${name} is still being changed after ${Math.round(atMostMs / 60_000)} minutes; deploy again when it is done`,
      );
    }
    const condition = stackCondition(stack?.status);
    if (!needsRecovery(condition) || stack === undefined) return { outcome: "ready", stack };
    if (tried.has(stack.status)) {
      return blocked(
        "stack-stuck",
        `stack ${name} is in ${stack.status} again after a recovery was tried: ${stack.statusReason ?? "no reason given"}; mend its cause in the CloudFormation console, then deploy again`,
      );
    }
    tried.add(stack.status);
    const refusal = await recover(stack, condition, ports);
    if (refusal !== undefined) return refusal;
  }
}

async function recover(
  stack: Stack,
  condition: StackCondition,
  { stacks, progress }: RecoveryPorts,
): Promise<Recovery | undefined> {
  const token = `recover-${stack.status.toLowerCase().replaceAll("_", "-")}-${(stack.updatedAt ?? stack.createdAt).getTime()}`;
  const action =
    condition.kind === "creation-undone" ? "delete" : condition.kind === "stuck" ? condition.recovery : "none";
  switch (action) {
    case "continue-rollback":
      progress.say(`${stack.name}: ${stack.status}, continuing the rollback`);
      await stacks.continueRollback(stack.id, token);
      return undefined;
    case "rollback":
      progress.say(`${stack.name}: ${stack.status}, rolling back`);
      await stacks.rollback(stack.id, token);
      return undefined;
    case "delete": {
      const kept = (await stacks.resources(stack.id)).filter(({ type }) => holdsData(type));
      if (kept.length > 0 || stack.terminationProtection) {
        const why =
          kept.length > 0 ? `${kept.map(({ logicalId }) => logicalId).join(", ")} may hold data` : "it is protected";
        return blocked(
          "stack-holds-data",
          `stack ${stack.name} is in ${stack.status} and is not deleted, because ${why}; save or import what it holds, delete the stack by hand, then deploy again`,
        );
      }
      progress.say(`${stack.name}: ${stack.status} and empty, deleting what is left of it`);
      await stacks.delete(stack.id, token);
      return undefined;
    }
    case "none":
      return undefined;
  }
}

function needsRecovery(condition: StackCondition): boolean {
  return condition.kind === "creation-undone" || condition.kind === "stuck";
}

async function whenIdle(
  name: string,
  atMostMs: number,
  { stacks, clock, progress }: RecoveryPorts,
): Promise<Stack | undefined | "busy"> {
  let said = false;
  const idle = await waitFor(clock, { everyMs: 5_000, atMostMs }, async () => {
    const stack = await stacks.find(name);
    const condition = stackCondition(stack?.status);
    if (condition.kind !== "busy") return { stack };
    if (!said) progress.say(`${name}: another operation is ${condition.doing}, waiting for it`);
    said = true;
    return undefined;
  });
  return idle === undefined ? "busy" : idle.stack;
}

function blocked(reasonCode: string, cause: string): Recovery {
  return { outcome: "blocked", reasonCode, cause };
}
