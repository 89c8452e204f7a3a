import { AwsError, type Operation } from "../../kernel.ts";
import { createStack, rollBackCreation } from "../stack/create.ts";
import { launch } from "../stack/launch.ts";
import { emptyStack, stackId } from "../stack/new-stack.ts";
import { begin, end } from "../stack/operation.ts";
import { planChanges } from "../stack/plan.ts";
import { removeStack } from "../stack/remove.ts";
import { rollBackUpdate } from "../stack/rollback.ts";
import { accountOf, type DeploymentConfig, type OnFailure, type Stack } from "../stack/state.ts";
import { updateStack } from "../stack/update.ts";
import { refuse } from "../template/read.ts";
import { checkDeploymentConfig, isExpress, staysOnFailure } from "./deployment-config.ts";
import { checkName, findStack, needStack, type Where } from "./find.ts";
import { policyBody } from "./policies.ts";
import { type DeploymentInput, deploymentOf } from "./request.ts";

interface CreateStackInput extends DeploymentInput {
  readonly StackName: string;
  readonly ClientRequestToken?: string;
  readonly DisableRollback?: boolean;
  readonly OnFailure?: OnFailure;
  readonly TimeoutInMinutes?: number;
  readonly EnableTerminationProtection?: boolean;
  readonly RetainExceptOnCreate?: boolean;
  readonly StackPolicyBody?: string;
  readonly StackPolicyURL?: string;
}

interface UpdateStackInput extends CreateStackInput {
  readonly StackPolicyDuringUpdateBody?: string;
  readonly StackPolicyDuringUpdateURL?: string;
}

interface StackAndToken {
  readonly StackName: string;
  readonly ClientRequestToken?: string;
}

interface DeleteStackInput extends StackAndToken {
  readonly RetainResources?: readonly string[];
  readonly DeletionMode?: "STANDARD" | "FORCE_DELETE_STACK";
  readonly DeploymentConfig?: DeploymentConfig;
}

/** The operations that change a stack directly, in a world. */
export function stackOperations(world: Where["world"]): Readonly<Record<string, Operation>> {
  return {
    CreateStack: async (input: CreateStackInput, call) => create(input, { world, call }),
    UpdateStack: async (input: UpdateStackInput, call) => update(input, { world, call }),
    DeleteStack: (input: DeleteStackInput, call) => remove(input, { world, call }),
    CancelUpdateStack: (input: StackAndToken, call) => {
      const stack = needStack(input.StackName, { world, call }, "in brackets");
      if (stack.status !== "UPDATE_IN_PROGRESS")
        refuse(`CancelUpdateStack cannot be called from current stack status ${stack.status}`);
      const operation = stack.operations.at(-1);
      if (operation !== undefined) {
        operation.cancelledByUser = true;
        operation.stop.abort();
      }
      return {};
    },
    ContinueUpdateRollback: (
      input: StackAndToken & { ResourcesToSkip?: readonly string[]; ForceRollback?: boolean },
      call,
    ) => continueRollback(input, { world, call }),
    RollbackStack: (input: StackAndToken, call) => rollBack(input, { world, call }),
    UpdateTerminationProtection: (input: { StackName: string; EnableTerminationProtection: boolean }, call) => {
      const stack = needStack(input.StackName, { world, call }, "in brackets");
      if (stack.parent !== undefined) refuse(`Termination protection can only be set on root stacks`);
      stack.terminationProtection = input.EnableTerminationProtection;
      return { StackId: stack.id };
    },
  };
}

async function create(input: CreateStackInput, where: Where): Promise<object> {
  checkName(input.StackName, "stackName");
  checkDeploymentConfig(input.DeploymentConfig);
  const existing = findStack(input.StackName, where);
  const token = input.ClientRequestToken;
  if (existing !== undefined && existing.status !== "REVIEW_IN_PROGRESS") {
    if (
      token !== undefined &&
      existing.operations.some((operation) => operation.token === token && operation.type === "CREATE_STACK")
    )
      return { StackId: existing.id };
    throw new AwsError("AlreadyExistsException", `Stack [${input.StackName}] already exists`);
  }
  if (input.DisableRollback !== undefined && input.OnFailure !== undefined)
    refuse("You can specify either DisableRollback or OnFailure, but not both.");
  const id = existing?.id ?? stackId(input.StackName, where);
  const pseudo = { stackId: id, stackName: input.StackName };
  const { blueprint, options } = await deploymentOf(input, { pseudo, stack: undefined, expands: true }, where);
  const policy = await policyBody(input.StackPolicyBody, input.StackPolicyURL, where);
  const stack = existing ?? emptyStack(where, { id, name: input.StackName });
  accountOf(where.world, where.call.caller).stacks.set(id, stack);
  for (const changeSet of stack.changeSets) if (changeSet.execution === "AVAILABLE") changeSet.execution = "OBSOLETE";
  stack.blueprint = blueprint;
  stack.options = options;
  stack.policy = policy;
  stack.timeoutMinutes = input.TimeoutInMinutes;
  stack.terminationProtection = input.EnableTerminationProtection === true;
  stack.retainExceptOnCreate = input.RetainExceptOnCreate === true;
  const stays = input.DisableRollback ?? staysOnFailure(input.DeploymentConfig);
  const onFailure = input.OnFailure ?? (stays ? "DO_NOTHING" : "ROLLBACK");
  stack.disableRollback = onFailure === "DO_NOTHING";
  const work = begin(where, stack, { type: "CREATE_STACK", token, express: isExpress(input.DeploymentConfig) });
  if (input.TimeoutInMinutes !== undefined)
    where.world.clock.after(input.TimeoutInMinutes * 60_000, () => {
      if (work.operation.endedAt === undefined) work.operation.stop.abort();
    });
  launch(createStack(work, blueprint, onFailure));
  return { StackId: id };
}

const UPDATABLE = new Set([
  "CREATE_COMPLETE",
  "CREATE_FAILED",
  "UPDATE_COMPLETE",
  "UPDATE_FAILED",
  "UPDATE_ROLLBACK_COMPLETE",
  "IMPORT_COMPLETE",
  "IMPORT_ROLLBACK_COMPLETE",
]);

async function update(input: UpdateStackInput, where: Where): Promise<object> {
  checkName(input.StackName, "stackName");
  checkDeploymentConfig(input.DeploymentConfig);
  const stack = needStackToUpdate(input.StackName, where);
  const token = input.ClientRequestToken;
  if (token !== undefined && stack.operations.some((operation) => operation.token === token))
    return { StackId: stack.id };
  if (!UPDATABLE.has(stack.status)) refuse(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  const pseudo = { stackId: stack.id, stackName: stack.name };
  const { blueprint, options } = await deploymentOf(input, { pseudo, stack, expands: true }, where);
  const policy = await policyBody(input.StackPolicyBody, input.StackPolicyURL, where);
  const during = await policyBody(input.StackPolicyDuringUpdateBody, input.StackPolicyDuringUpdateURL, where);
  const plan = await planChanges({ stack, blueprint, options, ...where });
  const nothing = plan.changes.length === 0 && !plan.otherwise && blueprint.transforms.length === 0;
  if (nothing && policy === undefined && stack.status !== "UPDATE_FAILED" && stack.status !== "CREATE_FAILED")
    refuse("No updates are to be performed.");
  for (const changeSet of stack.changeSets) if (changeSet.execution === "AVAILABLE") changeSet.execution = "OBSOLETE";
  stack.changeSetId = undefined;
  stack.policyDuringUpdate = during;
  stack.disableRollback = input.DisableRollback ?? staysOnFailure(input.DeploymentConfig);
  stack.retainExceptOnCreate = input.RetainExceptOnCreate === true;
  const work = begin(where, stack, { type: "UPDATE_STACK", token, express: isExpress(input.DeploymentConfig) });
  launch(
    updateStack(work, { blueprint, options }).then(() => {
      // A new policy holds from the next update on.
      if (policy !== undefined) stack.policy = policy;
    }),
  );
  return { StackId: stack.id };
}

function needStackToUpdate(name: string, where: Where): Stack {
  const stack = findStack(name, where);
  if (stack === undefined || stack.status === "REVIEW_IN_PROGRESS") return refuse(`Stack [${name}] does not exist`);
  return stack;
}

function remove(input: DeleteStackInput, where: Where): object {
  const stack = findStack(input.StackName, where);
  // Deleting what is not there is no error.
  if (stack === undefined || stack.status === "DELETE_COMPLETE" || stack.status === "DELETE_IN_PROGRESS") return {};
  if (stack.terminationProtection)
    refuse(`Stack [${input.StackName}] cannot be deleted while TerminationProtection is enabled`);
  const keep = new Set(input.RetainResources ?? []);
  if (keep.size > 0 && stack.status !== "DELETE_FAILED")
    refuse(
      "Invalid operation on stack [" +
        stack.id +
        "]. You can only specify RetainResources for stacks in DELETE_FAILED state",
    );
  // github.com/rebuy-de/aws-nuke issue 270
  if ([...keep].some((logicalId) => stack.resources.get(logicalId)?.status === "DELETE_COMPLETE"))
    refuse(
      "The specified resources to retain must be in a valid state. Do not specify resources that are in the DELETE_COMPLETE state.",
    );
  for (const logicalId of keep)
    if (!stack.resources.has(logicalId))
      refuse(
        `The specified resources to retain must be in a valid state. Do not specify resources that are not part of the stack: ${logicalId}`,
      );
  const force = input.DeletionMode === "FORCE_DELETE_STACK";
  if (force && stack.status !== "DELETE_FAILED")
    refuse("FORCE_DELETE_STACK can only be used for stacks in DELETE_FAILED state");
  const running = stack.operations.at(-1);
  if (running !== undefined && running.endedAt === undefined) {
    if (stack.status !== "CREATE_IN_PROGRESS")
      refuse(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
    running.superseded = true;
    running.stop.abort();
  }
  checkDeploymentConfig(input.DeploymentConfig);
  const express = isExpress(input.DeploymentConfig);
  const work = begin(where, stack, { type: "DELETE_STACK", token: input.ClientRequestToken, express });
  launch(removeStack(work, { keep, force, reason: "User Initiated" }));
  return {};
}

function continueRollback(
  input: StackAndToken & { readonly ResourcesToSkip?: readonly string[]; readonly ForceRollback?: boolean },
  where: Where,
): object {
  const stack = needStack(input.StackName, where, "in brackets");
  const token = input.ClientRequestToken;
  if (token !== undefined && stack.operations.some((operation) => operation.token === token)) return {};
  if (stack.status !== "UPDATE_ROLLBACK_FAILED")
    refuse(`Stack:${stack.id} is in ${stack.status} state and can not continue update rollback.`);
  const skip = new Set(input.ResourcesToSkip ?? []);
  if (input.ForceRollback === true && skip.size > 0)
    refuse("You can not specify both ForceRollback and ResourcesToSkip.");
  const stuck = stack.undo
    .filter(({ logicalId }) => stack.resources.get(logicalId)?.status === "UPDATE_FAILED")
    .map(({ logicalId }) => logicalId);
  for (const logicalId of skip) {
    if (!stuck.includes(logicalId))
      refuse(
        `Resource(s) [${logicalId}] cannot be skipped: only resources in UPDATE_FAILED state because of the rollback can be`,
      );
  }
  const skipping = input.ForceRollback === true ? new Set(stuck) : skip;
  const work = begin(where, stack, { type: "CONTINUE_ROLLBACK", token });
  launch(finished(work, rollBackUpdate(work, "User Initiated", skipping)));
  return {};
}

function rollBack(input: StackAndToken, where: Where): object {
  const stack = needStack(input.StackName, where, "in brackets");
  const work = () => begin(where, stack, { type: "ROLLBACK", token: input.ClientRequestToken });
  if (stack.status === "CREATE_FAILED") {
    const started = work();
    launch(finished(started, rollBackCreation(started, "User Initiated")));
  } else if (stack.status === "UPDATE_FAILED") {
    const started = work();
    launch(finished(started, rollBackUpdate(started, "User Initiated")));
  } else {
    refuse(`RollbackStack cannot be called from current stack status ${stack.status}`);
  }
  return { StackId: stack.id };
}

async function finished(work: ReturnType<typeof begin>, done: Promise<void>): Promise<void> {
  await done;
  end(work, work.stack.status.endsWith("_FAILED"));
}
