/** Brings a stack that an earlier operation left in between into a state that takes a change set, or says why it cannot. */
import { type Stack, type StackCondition, type StackStatus, stackCondition } from "../domain/stack.ts";
import type { Clock } from "../ports/clock.ts";
import type { Progress } from "../ports/progress.ts";
import type { Stacks } from "../ports/stacks.ts";
import { afterFailedRollback, madeSince, nextStepOf, reasonToKeep } from "./stuck-stack.ts";
import { waitFor } from "./wait.ts";

export type Recovery =
  | { readonly outcome: "ready"; readonly stack: Stack | undefined }
  | { readonly outcome: "blocked"; readonly reasonCode: string; readonly cause: string };

export interface RecoveryPorts {
  readonly stacks: Stacks;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** An operation of somebody else is looked at more and more rarely. Milliseconds. */
const idlePace = [2_000, 2_000, 5_000, 5_000, 10_000];

/**
 * Waits for operations of others, and takes back what failed. A stack is deleted only if nothing that is left in it holds data and
 * it is ours; resources are never skipped or given up: that is for a person, who gets the command.
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
    if (tried.has(stack.status)) return blocked("stack-stuck", await stillStuck(stack, ports.stacks));
    tried.add(stack.status);
    const refusal = await recover(stack, condition, ports);
    if (refusal !== undefined) return refusal;
    await started(stack, ports);
  }
}

async function recover(
  stack: Stack,
  condition: StackCondition,
  { stacks, progress }: RecoveryPorts,
): Promise<Recovery | undefined> {
  const { name, status } = stack;
  const token = recoveryToken(stack);
  switch (actionFor(condition)) {
    case "continue-rollback":
      progress.say(`${name}: ${status}, continuing the rollback`);
      await stacks.continueRollback(stack.id, token);
      return undefined;
    case "rollback": {
      const made = madeSince(stack.updatedAt ?? stack.createdAt, await stacks.resources(stack.id));
      if (made.length > 0) {
        const what = made.map(({ logicalId }) => logicalId).join(", ");
        return blocked(
          "stack-holds-data",
          `stack ${name} is in ${status}, and rolling it back would delete ${what}, which may hold data by now; look at it, then: aws cloudformation rollback-stack --stack-name ${name}`,
        );
      }
      progress.say(`${name}: ${status}, rolling back`);
      await stacks.rollback(stack.id, token);
      return undefined;
    }
    case "delete": {
      const because = reasonToKeep(stack, await stacks.resources(stack.id));
      if (because !== undefined) {
        return blocked("stack-holds-data", `stack ${name} is in ${status} and is not deleted: ${because}`);
      }
      progress.say(`${name}: ${status} and empty, deleting what is left of it`);
      await stacks.delete(stack.id, token);
      return undefined;
    }
    case "by-hand":
      return blocked("stack-stuck", `stack ${name} is in ${status}; ${nextStepOf(condition, name)}, then deploy again`);
  }
}

function needsRecovery(condition: StackCondition): boolean {
  return condition.kind === "creation-undone" || condition.kind === "stuck";
}

function actionFor(condition: StackCondition): "continue-rollback" | "rollback" | "delete" | "by-hand" {
  if (condition.kind === "stuck") return condition.recovery;
  return condition.kind === "creation-undone" ? "delete" : "by-hand";
}

/** The same for every repetition against this state of the stack, another one after the next operation. At most 128 characters. */
function recoveryToken({ status, operations, updatedAt, createdAt }: Stack): string {
  const state = operations[0] ?? String((updatedAt ?? createdAt).getTime());
  return `recover-${status.toLowerCase().replaceAll("_", "-")}-${state}`.slice(0, 128);
}

/** Reads can be stale: right after the call the stack may still be shown in the state the recovery is for. */
async function started(before: Stack, { stacks, clock }: RecoveryPorts): Promise<void> {
  await waitFor(clock, { everyMs: 2_000, atMostMs: 60_000 }, async () => {
    const now = await stacks.find(before.name);
    const moved = now?.status !== before.status || now.operations[0] !== before.operations[0];
    return moved ? true : undefined;
  });
}

async function stillStuck(stack: Stack, stacks: Stacks): Promise<string> {
  if (stack.status === "UPDATE_ROLLBACK_FAILED") {
    return afterFailedRollback(stack, await stacks.watch(stack.id, stack.updatedAt ?? stack.createdAt)());
  }
  const resources = await stacks.resources(stack.id);
  const failed = resources
    .filter(({ status }) => status.endsWith("_FAILED"))
    .map(({ logicalId, reason }) => `${logicalId}: ${reason ?? "no reason given"}`);
  const why = failed.length > 0 ? failed.join("; ") : (stack.statusReason ?? "no reason given");
  return `stack ${stack.name} is in ${stack.status} again after a recovery was tried (${why}); mend the cause, then deploy again`;
}

/**
 * Waits until nothing is done to a stack, and reads it then.
 *
 * @param atMostMs milliseconds
 * @returns undefined if there is none, or none any more
 */
export async function whenIdle(
  name: string,
  atMostMs: number,
  { stacks, clock, progress }: RecoveryPorts,
): Promise<Stack | undefined | "busy"> {
  let said = false;
  const idle = await waitFor(clock, { everyMs: idlePace, atMostMs }, async () => {
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
