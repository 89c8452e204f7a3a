import { AwsError, type Call, type World } from "../../kernel.ts";
import { accountOf, type ChangeSet, type Stack } from "../stack/state.ts";
import { refuse } from "../template/read.ts";

export interface Where {
  readonly world: World;
  readonly call: Call;
}

/** A stack by ARN, or by name if it is not deleted; names are free again once their stack is gone. */
export function findStack(nameOrId: string, { world, call }: Where): Stack | undefined {
  const { stacks } = accountOf(world, call.caller);
  if (nameOrId.startsWith("arn:")) return stacks.get(nameOrId);
  return [...stacks.values()].find((stack) => stack.name === nameOrId && stack.status !== "DELETE_COMPLETE");
}

/** How AWS says that there is no such stack: it depends on the operation. */
export type NotThere = "with id" | "in brackets" | "in quotes";

/** @throws AwsError ValidationError if there is no such stack */
export function needStack(nameOrId: string, where: Where, notThere: NotThere = "with id"): Stack {
  const stack = findStack(nameOrId, where);
  if (stack !== undefined) return stack;
  switch (notThere) {
    case "with id":
      return refuse(`Stack with id ${nameOrId} does not exist`);
    case "in brackets":
      return refuse(`Stack [${nameOrId}] does not exist`);
    case "in quotes":
      return refuse(`Stack '${nameOrId}' does not exist`);
  }
}

/** @throws AwsError ChangeSetNotFound, status 404 */
export function changeSetNotFound(nameOrId: string): never {
  throw new AwsError("ChangeSetNotFound", `ChangeSet [${nameOrId}] does not exist`, 404);
}

/**
 * A change set by ARN, or by its stack and name. Of several of one name the newest counts: a name is free again once its change
 * set has been executed.
 *
 * @throws AwsError ChangeSetNotFound, or ValidationError where the stack is not named or not there
 */
export function needChangeSet(
  { ChangeSetName, StackName }: { readonly ChangeSetName: string; readonly StackName?: string },
  where: Where,
): { readonly stack: Stack; readonly changeSet: ChangeSet } {
  if (ChangeSetName.startsWith("arn:")) {
    for (const stack of accountOf(where.world, where.call.caller).stacks.values()) {
      const changeSet = stack.changeSets.find(({ id }) => id === ChangeSetName);
      if (changeSet !== undefined) return { stack, changeSet };
    }
    return changeSetNotFound(ChangeSetName);
  }
  if (StackName === undefined)
    return refuse("StackName must be specified if ChangeSetName is not specified as an ARN.");
  const stack = needStack(StackName, where, "in brackets");
  const changeSet = stack.changeSets.findLast(({ name }) => name === ChangeSetName);
  return changeSet === undefined ? changeSetNotFound(ChangeSetName) : { stack, changeSet };
}

/** Refuses names that AWS's own validation refuses before it looks any further. */
export function checkName(value: string, member: "stackName" | "changeSetName"): void {
  const pattern =
    member === "stackName"
      ? "[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"
      : "[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*";
  const failed = (constraint: string): never =>
    refuse(`1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`);
  if (!new RegExp(`^(?:${pattern})$`).test(value)) failed(`Member must satisfy regular expression pattern: ${pattern}`);
  if (!value.startsWith("arn:") && value.length > 128) failed("Member must have length less than or equal to 128");
}
