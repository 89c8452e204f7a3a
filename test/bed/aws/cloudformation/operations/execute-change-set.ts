import { AwsError } from "../../kernel.ts";
import { createStack } from "../stack/create.ts";
import type { Work } from "../stack/events.ts";
import { importIntoStack } from "../stack/import/import-stack.ts";
import { launch } from "../stack/launch.ts";
import { begin } from "../stack/operation.ts";
import type { ChangeSet } from "../stack/state.ts";
import { updateStack } from "../stack/update.ts";
import { refuse } from "../template/read.ts";
import { isExpress } from "./deployment-config.ts";
import { needChangeSet, type Where } from "./find.ts";
import { changeSetsBelow, discard } from "./nested-change-sets.ts";

/** What ExecuteChangeSet takes. */
export interface ExecuteInput {
  readonly ChangeSetName: string;
  readonly StackName?: string;
  readonly ClientRequestToken?: string;
  readonly DisableRollback?: boolean;
  readonly RetainExceptOnCreate?: boolean;
}

/**
 * Starts what a change set says, and makes the stack's other change sets impossible.
 *
 * @throws AwsError InvalidChangeSetStatus, or ValidationError if the stack is busy
 */
export function executeChangeSet(input: ExecuteInput, where: Where): object {
  const { stack, changeSet } = needChangeSet(input, where);
  const token = input.ClientRequestToken;
  if (token !== undefined && stack.operations.some((operation) => operation.token === token)) return {};
  if (changeSet.execution !== "AVAILABLE") {
    const status = changeSet.status === "CREATE_COMPLETE" ? changeSet.execution : changeSet.status;
    throw new AwsError(
      "InvalidChangeSetStatus",
      `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${status}]`,
    );
  }
  if (changeSet.rootId !== undefined) refuse(rootOnly("execute", changeSet));
  if (stack.status.endsWith("_IN_PROGRESS") && stack.status !== "REVIEW_IN_PROGRESS")
    refuse(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  const below = changeSetsBelow(changeSet, where);
  changeSet.execution = "EXECUTE_IN_PROGRESS";
  for (const nested of below) nested.changeSet.execution = "EXECUTE_IN_PROGRESS";
  // "When you execute a change set, CloudFormation deletes all other change sets associated with the stack."
  for (const other of stack.changeSets.filter((one) => one !== changeSet && !one.execution.startsWith("EXECUTE_")))
    for (const gone of [{ stack, changeSet: other }, ...changeSetsBelow(other, where)]) discard(gone);
  stack.disableRollback = input.DisableRollback ?? changeSet.onFailure === "DO_NOTHING";
  stack.retainExceptOnCreate = input.RetainExceptOnCreate === true;
  stack.changeSetId = changeSet.id;
  stack.updatedAt = where.world.clock.now();
  // AWS has no type of operation for an import; into a new stack it counts as its creation.
  const creates = changeSet.type !== "UPDATE" && stack.blueprint === undefined;
  const express = isExpress(changeSet.config);
  const work = begin(where, stack, { type: creates ? "CREATE_STACK" : "UPDATE_STACK", token, express });
  launch(carryOut(work, changeSet));
  return {};
}

async function carryOut(work: Work, changeSet: ChangeSet): Promise<void> {
  const { stack } = work;
  const { blueprint, options, imports, live } = changeSet;
  switch (changeSet.type) {
    case "CREATE": {
      stack.blueprint = blueprint;
      stack.options = options;
      const onFailure = stack.disableRollback ? "DO_NOTHING" : (changeSet.onFailure ?? "ROLLBACK");
      await createStack(work, blueprint, onFailure, imports);
      break;
    }
    case "UPDATE":
      await updateStack(work, { blueprint, options, imports, ...(live !== undefined && { live }) });
      break;
    case "IMPORT":
      await importIntoStack(work, { blueprint, options, imports });
      break;
  }
  const execution = work.operation.failed ? "EXECUTE_FAILED" : "EXECUTE_COMPLETE";
  changeSet.execution = execution;
  for (const nested of changeSetsBelow(changeSet, work)) nested.changeSet.execution = execution;
}

/** A change set of a nested stack lives and dies with that of its root. */
export function rootOnly(verb: "execute" | "delete", { id, rootId }: ChangeSet): string {
  return `ChangeSet [${id}] is nested; ${verb} the root change set [${rootId}] instead`;
}
