import type { ResourceChange } from "../domain/plan.ts";
import { type ChangeSet, type Stack, type StackDesire, stackCondition } from "../domain/stack.ts";
import { stackFingerprint } from "../domain/tenant-stack.ts";
import type { Clock } from "../ports/clock.ts";
import type { Stacks } from "../ports/stacks.ts";
import { waitFor } from "./wait.ts";

export type StackPlan =
  | {
      readonly outcome: "planned";
      readonly kind: "create" | "change";
      readonly changeSet: string;
      readonly changes: readonly ResourceChange[];
      readonly stack?: Stack;
    }
  | { readonly outcome: "unchanged"; readonly stack: Stack }
  | { readonly outcome: "impossible"; readonly reasonCode: string; readonly cause: string };

/** Name of the change set for a stack's content. */
export function changeSetName(desire: StackDesire): string {
  return `plan-${stackFingerprint(desire)}`;
}

/**
 * Makes, or finds again, the change set for what a stack should be, and reads it completely. Nothing in AWS changes but the
 * change set; one that turns out empty or failed is removed again, because they count against a limit.
 */
export async function planStack(
  desire: StackDesire,
  { stacks, clock }: { readonly stacks: Stacks; readonly clock: Clock },
): Promise<StackPlan> {
  const stack = await waitFor(clock, { everyMs: 5_000, atMostMs: 15 * 60_000 }, async () => {
    const found = await stacks.find(desire.name);
    return stackCondition(found?.status).kind === "busy" ? undefined : { found };
  });
  if (stack === undefined) {
    return impossible(
      "stack-busy",
      `stack ${desire.name} is still being changed by another operation; plan again when it is done`,
    );
  }
  const condition = stackCondition(stack.found?.status);
  switch (condition.kind) {
    case "absent":
    case "shell":
      return await plan("create", stack.found);
    case "settled":
      return await plan("change", stack.found);
    case "busy":
      throw new Error("a busy stack was waited for");
    case "creation-undone":
    case "stuck":
      return impossible(
        "stack-stuck",
        `stack ${desire.name} is in ${stack.found?.status} and takes no change set; its unsettled issue says why. Once that is mended, a deploy recovers it`,
      );
  }

  async function plan(kind: "create" | "change", present: Stack | undefined): Promise<StackPlan> {
    const changeSet = await freshChangeSet(desire, kind, { stacks, clock });
    switch (changeSet?.state.kind) {
      case "available":
        return {
          outcome: "planned",
          kind,
          changeSet: changeSet.id,
          changes: changeSet.changes,
          ...(present !== undefined && { stack: present }),
        };
      case "empty":
        await stacks.deleteChangeSet(changeSet.id);
        if (present === undefined) throw new Error(`the first change set of ${desire.name} is empty`);
        return { outcome: "unchanged", stack: present };
      case "failed": {
        const { reason } = changeSet.state;
        await stacks.deleteChangeSet(changeSet.id);
        return impossible("change-set-failed", `CloudFormation cannot plan ${desire.name}: ${reason}`);
      }
      case undefined:
        return impossible(
          "change-set-slow",
          `CloudFormation did not finish the change set of ${desire.name} within 10 minutes; plan again`,
        );
      case "creating":
      case "obsolete":
      case "executing":
      case "executed":
        throw new Error(`change set ${changeSet.id} is ${changeSet.state.kind} right after it was made`);
    }
  }
}

/** The change set of that content if it can still be executed, else a new one; undefined if it takes too long. */
async function freshChangeSet(
  desire: StackDesire,
  kind: "create" | "change",
  { stacks, clock }: { readonly stacks: Stacks; readonly clock: Clock },
): Promise<ChangeSet | undefined> {
  const name = changeSetName(desire);
  const present = await stacks.findChangeSet(desire.name, name);
  if (present?.state.kind === "available" && (await stacks.isMadeOf(present.id, desire))) return present;
  if (present !== undefined && present.state.kind !== "creating") await stacks.deleteChangeSet(present.id);
  const id =
    present?.state.kind === "creating"
      ? present.id
      : await stacks.createChangeSet({ desire, name, kind: kind === "create" ? "create" : "update" });
  return await waitFor(clock, { everyMs: [500, 500, 1000, 1000, 2000], atMostMs: 10 * 60_000 }, async () => {
    const changeSet = await stacks.describeChangeSet(id);
    return changeSet.state.kind === "creating" ? undefined : changeSet;
  });
}

function impossible(reasonCode: string, cause: string): StackPlan {
  return { outcome: "impossible", reasonCode, cause };
}
