import { type Stack, stackStatuses } from "../../domain/stack.ts";
import type { Stacks } from "../../ports/stacks.ts";
import { hasCode } from "./client.ts";
import { type Answer, items, type QueryCall, textOf } from "./ops-query.ts";

/** Stacks for those who only look at them, as the role for operations may: everything else is a bug, and says so. */
export function opsStacks(query: (call: QueryCall) => Promise<Answer>): Stacks {
  const refuse = (): never => {
    throw new Error("operations look at stacks and change none");
  };
  return {
    find: async (name) => {
      try {
        const call = { service: "cloudformation", action: "DescribeStacks", parameters: { StackName: name } } as const;
        const [found] = items(await query(call), "Stacks");
        return found === undefined ? undefined : toStack(found);
      } catch (error) {
        // By name, this call answers ValidationError for nothing else than that there is no such stack.
        if (hasCode(error, "ValidationError")) return undefined;
        throw error;
      }
    },
    findChangeSet: refuse,
    createChangeSet: refuse,
    createImport: refuse,
    describeChangeSet: refuse,
    changeSetProblems: refuse,
    isMadeOf: refuse,
    deleteChangeSet: refuse,
    discardChangeSet: refuse,
    sweepChangeSets: refuse,
    executeChangeSet: refuse,
    watch: refuse,
    delete: refuse,
    continueRollback: refuse,
    rollback: refuse,
    protect: refuse,
    permit: refuse,
    resources: refuse,
  };
}

/** @throws Error for a status that no documentation knows */
function toStack(found: Answer): Stack {
  const status = stackStatuses.find((one) => one === textOf(found, "StackStatus"));
  if (status === undefined) throw new Error(`unknown stack status ${String(found.StackStatus)}`);
  const updatedAt = textOf(found, "LastUpdatedTime");
  const statusReason = textOf(found, "StackStatusReason");
  return {
    id: textOf(found, "StackId") ?? "",
    name: textOf(found, "StackName") ?? "",
    status,
    ...(statusReason !== undefined && { statusReason }),
    outputs: pairs(found, "Outputs", ["OutputKey", "OutputValue"]),
    parameters: pairs(found, "Parameters", ["ParameterKey", "ParameterValue"]),
    tags: pairs(found, "Tags", ["Key", "Value"]),
    terminationProtection: textOf(found, "EnableTerminationProtection") === "true",
    operations: items(found, "LastOperations").flatMap((one) => textOf(one, "OperationId") ?? []),
    createdAt: new Date(textOf(found, "CreationTime") ?? 0),
    ...(updatedAt !== undefined && { updatedAt: new Date(updatedAt) }),
  };
}

function pairs(tree: Answer, list: string, [key, value]: readonly [string, string]): Readonly<Record<string, string>> {
  return Object.fromEntries(items(tree, list).map((one) => [textOf(one, key) ?? "", textOf(one, value) ?? ""]));
}
