import type { ResourceChange } from "../domain/plan.ts";
import { type Stack, type StackDesire, stackCondition } from "../domain/stack.ts";
import { stackFingerprint } from "../domain/tenant-stack.ts";
import type { Clock } from "../ports/clock.ts";
import type { Stacks } from "../ports/stacks.ts";
import { ensureChangeSet } from "./ensure-change-set.ts";
import { nextStepOf } from "./stuck-stack.ts";
import { waitFor } from "./wait.ts";

export type StackPlan =
  | {
      readonly outcome: "planned";
      readonly kind: "create" | "change";
      /** ARN. */
      readonly changeSet: string;
      readonly changes: readonly ResourceChange[];
      /** CloudFormation could not show the values of some changes. */
      readonly incomplete: boolean;
      /** Undefined if there is none, or only an empty shell. */
      readonly stack?: Stack;
    }
  | { readonly outcome: "unchanged"; readonly stack: Stack }
  | {
      readonly outcome: "impossible";
      readonly reasonCode: string;
      readonly cause: string;
      readonly evidence: readonly string[];
    };

/** Name of the change set for a stack's content, or of the one that brings the stack back to that content. */
export function changeSetName(desire: StackDesire, purpose: "change" | "revert" = "change"): string {
  return `plan-${purpose === "revert" ? "revert-" : ""}${stackFingerprint(desire)}`;
}

/** How long to wait for an operation of somebody else before a plan is given up, in milliseconds. */
const busyAtMostMs = 15 * 60_000;

/** A pull request that was not planned for so long is planned anew before anybody merges it. Milliseconds. */
const forgottenMs = 30 * 24 * 3_600_000;

/**
 * Makes, or finds again, the change set for what a stack should be, and reads it completely. Nothing in AWS changes but the
 * change set; one that turns out empty or failed is removed again, because they count against a limit.
 *
 * @param ports.purpose `revert` compares with what there is, and plans to undo what was changed outside the stack
 */
export async function planStack(
  desire: StackDesire,
  {
    stacks,
    clock,
    takesOver = false,
    purpose = "change",
  }: {
    readonly stacks: Stacks;
    readonly clock: Clock;
    readonly takesOver?: boolean;
    readonly purpose?: "change" | "revert";
  },
): Promise<StackPlan> {
  const stack = await waitFor(clock, { everyMs: 5_000, atMostMs: busyAtMostMs }, async () => {
    const found = await stacks.find(desire.name);
    return stackCondition(found?.status).kind === "busy" ? undefined : { found };
  });
  if (stack === undefined) {
    return impossible(
      "stack-busy",
      `stack ${desire.name} is still being changed by another operation; plan again when it is done`,
    );
  }
  const { found } = stack;
  const condition = stackCondition(found?.status);
  switch (condition.kind) {
    case "absent":
    case "shell":
      if (purpose === "revert")
        return impossible("no-stack", `there is no stack ${desire.name} to put back; deploy it`);
      return await plan("create", found);
    case "settled":
      return await plan("change", found);
    case "busy":
      throw new Error("a busy stack was waited for");
    case "creation-undone":
    case "stuck":
      return impossible(
        "stack-stuck",
        `stack ${desire.name} is in ${found?.status} and takes no change set; ${nextStepOf(condition, desire.name)}`,
      );
  }

  async function plan(kind: "create" | "change", present: Stack | undefined): Promise<StackPlan> {
    const [changeSet] = await Promise.all([
      ensureChangeSet(
        { desire, name: changeSetName(desire, purpose), kind: purpose === "revert" ? "revert" : kind, takesOver },
        { stacks, clock },
      ),
      // A stack takes a thousand change sets, dead ones included; nobody else removes ours.
      kind === "change" && stacks.sweepChangeSets(desire.name, new Date(clock.now().getTime() - forgottenMs)),
    ]);
    switch (changeSet?.state.kind) {
      case "available":
        return {
          outcome: "planned",
          kind,
          changeSet: changeSet.id,
          changes: changeSet.changes,
          incomplete: changeSet.incomplete,
          ...(kind === "change" && present !== undefined && { stack: present }),
        };
      case "empty":
        await stacks.deleteChangeSet(changeSet.id);
        if (kind === "create" || present === undefined) {
          return impossible("template-empty", `the template makes no resource for ${desire.name}`);
        }
        return { outcome: "unchanged", stack: present };
      case "failed": {
        const problems = await stacks.changeSetProblems(changeSet.id);
        await stacks.deleteChangeSet(changeSet.id);
        const [first = changeSet.state.reason] = problems;
        return impossible(
          "change-set-failed",
          `CloudFormation cannot plan ${desire.name}: ${first}`,
          problems.slice(1),
        );
      }
      case undefined:
        return impossible(
          "change-set-slow",
          `CloudFormation did not finish the change set of ${desire.name} within 10 minutes; plan again`,
        );
      case "obsolete":
      case "executed":
        return impossible(
          "stack-moved",
          `stack ${desire.name} was changed by somebody else while it was planned, ${changeSet.name} is ${changeSet.state.kind}; plan again`,
        );
      case "creating":
      case "deleting":
      case "executing":
        throw new Error(`change set ${changeSet.id} was waited for and is still ${changeSet.state.kind}`);
    }
  }
}

function impossible(reasonCode: string, cause: string, evidence: readonly string[] = []): StackPlan {
  return { outcome: "impossible", reasonCode, cause, evidence };
}
