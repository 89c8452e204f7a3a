import { AwsError, type Operation } from "../../kernel.ts";
import { enter } from "../stack/events.ts";
import type { Import } from "../stack/import/existing.ts";
import { launch } from "../stack/launch.ts";
import { emptyStack, stackId } from "../stack/new-stack.ts";
import { begin, end } from "../stack/operation.ts";
import { planChanges, withImports } from "../stack/plan.ts";
import { planFor } from "../stack/revert/plan-revert.ts";
import { accountOf, type ChangeSet, type OnFailure, type Stack } from "../stack/state.ts";
import { refuse } from "../template/read.ts";
import { describeChangeSet, NO_CHANGES } from "./change-set-shape.ts";
import { checkDeploymentConfig, staysOnFailure } from "./deployment-config.ts";
import { earlyProblems, earlyReason } from "./early-validation.ts";
import { type ExecuteInput, executeChangeSet, rootOnly } from "./execute-change-set.ts";
import { checkName, findStack, needChangeSet, needStack, type Where } from "./find.ts";
import {
  checkEntries,
  checkedImports,
  existingAdditions,
  existingResources,
  obstacleTo,
  type ResourceToImport,
  unretained,
  VERIFY_IMPORT,
} from "./imports.ts";
import { checkNameIsFree } from "./name-clash.ts";
import { changeSetsBelow, discard, type Rooted, withNestedChangeSets } from "./nested-change-sets.ts";
import { page } from "./paging.ts";
import { type DeploymentInput, deploymentOf } from "./request.ts";
import { checkDeploymentMode } from "./revert-shape.ts";

/** Milliseconds of bed time that AWS takes to work out a change set. */
const WORKING_OUT = 2_000;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html: pages are of at most 1 MB; the bed counts changes. */
const CHANGES_PER_PAGE = 100;
const MOST_CHANGE_SETS = 1_000;

interface CreateChangeSetInput extends DeploymentInput {
  readonly StackName: string;
  readonly ChangeSetName: string;
  readonly ChangeSetType?: "CREATE" | "UPDATE" | "IMPORT";
  readonly Description?: string;
  readonly ClientToken?: string;
  readonly OnStackFailure?: OnFailure;
  readonly IncludeNestedStacks?: boolean;
  readonly DeploymentMode?: string;
  readonly ImportExistingResources?: boolean;
  readonly DisableValidation?: boolean;
  readonly ResourcesToImport?: readonly ResourceToImport[];
}

/** The operations on change sets, in a world. */
export function changeSetOperations(world: Where["world"]): Readonly<Record<string, Operation>> {
  return {
    CreateChangeSet: async (input: CreateChangeSetInput, call) => createChangeSet(input, { world, call }),
    DescribeChangeSet: (
      input: { ChangeSetName: string; StackName?: string; NextToken?: string; IncludePropertyValues?: boolean },
      call,
    ) => {
      const { stack, changeSet } = needChangeSet(input, { world, call });
      const shape = describeChangeSet(stack, changeSet, input.IncludePropertyValues === true);
      const { entries, NextToken } = page(shape.Changes, input.NextToken, CHANGES_PER_PAGE);
      return { ...shape, Changes: entries, ...(NextToken !== undefined && { NextToken }) };
    },
    ExecuteChangeSet: (input: ExecuteInput, call) => executeChangeSet(input, { world, call }),
    DeleteChangeSet: (input: { ChangeSetName: string; StackName?: string }, call) => {
      const { stack, changeSet } = needChangeSet(input, { world, call });
      if (changeSet.rootId !== undefined) refuse(rootOnly("delete", changeSet));
      if (
        changeSet.execution === "EXECUTE_IN_PROGRESS" ||
        changeSet.status === "CREATE_IN_PROGRESS" ||
        changeSet.status === "CREATE_PENDING"
      )
        // github.com/mweagle/Sparta issue 45
        throw new AwsError("InvalidChangeSetStatus", `Cannot delete ChangeSet in status ${inProgress(changeSet)}`);
      // "DeleteChangeSet will delete all change sets that belong to the stacks hierarchy"; stacks in review stay.
      for (const nested of [{ stack, changeSet }, ...changeSetsBelow(changeSet, { world, call })]) discard(nested);
      return {};
    },
    ListChangeSets: (input: { StackName: string; NextToken?: string }, call) => {
      const stack = needStack(input.StackName, { world, call }, "in brackets");
      const open = stack.changeSets.filter(({ execution }) => !execution.startsWith("EXECUTE_"));
      const { entries, NextToken } = page(open, input.NextToken, CHANGES_PER_PAGE);
      return {
        Summaries: entries.map((changeSet) => summary(stack, changeSet)),
        ...(NextToken !== undefined && { NextToken }),
      };
    },
  };
}

/** What keeps it from being deleted: being worked out, or being executed. */
function inProgress({ execution, status }: ChangeSet): string {
  return execution === "EXECUTE_IN_PROGRESS" ? execution : status;
}

async function createChangeSet(input: CreateChangeSetInput, where: Where): Promise<object> {
  const { world, call } = where;
  checkName(input.StackName, "stackName");
  checkName(input.ChangeSetName, "changeSetName");
  const type = input.ChangeSetType ?? "UPDATE";
  if (!["CREATE", "UPDATE", "IMPORT"].includes(type))
    refuse(
      `1 validation error detected: Value '${type}' at 'changeSetType' failed to satisfy constraint: Member must satisfy enum value set: [IMPORT, UPDATE, CREATE]`,
    );
  checkDeploymentConfig(input.DeploymentConfig);
  checkDeploymentMode(input, type);
  // As people quote AWS (github.com/mapbox/cfn-config, issue 182).
  if (type === "CREATE" && input.Parameters?.some(({ UsePreviousValue }) => UsePreviousValue === true))
    refuse("Cannot specify UsePreviousValue on Parameters when ChangeSetType is CREATE");
  // github.com/glassechidna/stackit issue 38
  if (type === "CREATE" && input.UsePreviousTemplate === true)
    refuse("Cannot specify usePreviousTemplate as true for a changeSetType CREATE");
  const entries = input.ResourcesToImport ?? [];
  if (type === "IMPORT") checkEntries(entries);
  const existing = findStack(input.StackName, where);
  const twin = existing?.changeSets.find(
    ({ token, name }) => token !== undefined && token === input.ClientToken && name === input.ChangeSetName,
  );
  if (existing !== undefined && twin !== undefined) return { Id: twin.id, StackId: existing.id };
  checkTarget(input, type, existing);
  if ((existing?.changeSets.length ?? 0) >= MOST_CHANGE_SETS)
    throw new AwsError("LimitExceededException", `ChangeSet limit exceeded for stack ${input.StackName}`);
  const id = existing?.id ?? stackId(input.StackName, where);
  const pseudo = { stackId: id, stackName: existing?.name ?? input.StackName };
  const { blueprint, options } = await deploymentOf(input, { pseudo, stack: existing, expands: false }, where);
  checkNameIsFree(existing, { name: input.ChangeSetName, token: input.ClientToken, blueprint });
  const imports =
    type === "IMPORT"
      ? checkedImports(entries, {
          stack: existing,
          blueprint,
          plan: await planChanges({
            stack: existing ?? emptyStack(where, { id, name: pseudo.stackName }),
            blueprint,
            options,
            ...where,
          }),
        })
      : new Map<string, Import>();
  const stack = existing ?? review(where, { id, name: input.StackName });
  const changeSet: ChangeSet = {
    id: `arn:aws:cloudformation:${call.caller.region}:${call.caller.account}:changeSet/${input.ChangeSetName}/${world.uuid()}`,
    name: input.ChangeSetName,
    stackId: stack.id,
    type,
    createdAt: world.clock.now(),
    description: input.Description,
    token: input.ClientToken,
    blueprint,
    options,
    onFailure: input.OnStackFailure ?? (staysOnFailure(input.DeploymentConfig) ? "DO_NOTHING" : undefined),
    config: input.DeploymentConfig,
    includeNested: input.IncludeNestedStacks === true,
    importExisting: input.ImportExistingResources === true,
    isValidated: input.DisableValidation !== true,
    revertsDrift: input.DeploymentMode === "REVERT_DRIFT",
    imports,
    status: "CREATE_PENDING",
    execution: "UNAVAILABLE",
    reason: undefined,
    plan: undefined,
  };
  stack.changeSets.push(changeSet);
  world.clock.after(WORKING_OUT / 4, () => {
    // On a machine that is busy both moments can come at once, and the end must not be undone.
    if (changeSet.status === "CREATE_PENDING") changeSet.status = "CREATE_IN_PROGRESS";
  });
  world.clock.after(WORKING_OUT, () => launch(workOut(changeSet, stack, where)));
  return { Id: changeSet.id, StackId: stack.id };
}

function checkTarget(
  { StackName, ChangeSetName }: CreateChangeSetInput,
  type: ChangeSet["type"],
  stack: Stack | undefined,
): void {
  if (type === "IMPORT" && (stack === undefined || stack.status === "REVIEW_IN_PROGRESS")) return;
  if (type === "CREATE") {
    if (stack !== undefined && stack.status !== "REVIEW_IN_PROGRESS")
      refuse(`Stack [${StackName}] already exists and cannot be created again with the changeSet [${ChangeSetName}].`);
    return;
  }
  if (stack === undefined) refuse(`Stack [${StackName}] does not exist`);
  if (stack.status === "REVIEW_IN_PROGRESS") refuse(`Stack [${StackName}] does not exist`);
  const settledWell =
    /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE$/.test(stack.status) ||
    stack.status === "UPDATE_FAILED" ||
    stack.status === "CREATE_FAILED";
  if (!settledWell) refuse(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
}

function review(where: Where, { id, name }: { readonly id: string; readonly name: string }): Stack {
  const stack = emptyStack(where, { id, name });
  accountOf(where.world, where.call.caller).stacks.set(id, stack);
  const work = begin(where, stack, { type: "CREATE_CHANGESET", token: undefined });
  enter(work, "REVIEW_IN_PROGRESS", "User Initiated");
  end(work);
  return stack;
}

async function workOut(changeSet: ChangeSet, stack: Stack, where: Where): Promise<void> {
  try {
    const { blueprint, options } = changeSet;
    const bare = await planFor(changeSet, { stack, blueprint, options, ...where });
    const place = { stack, ...where };
    if (changeSet.importExisting) changeSet.imports = await existingAdditions(bare, place, "static");
    const imports = [...changeSet.imports.values()];
    const obstacle =
      (await obstacleTo(imports, place)) ?? (changeSet.importExisting ? unretained(imports, blueprint) : undefined);
    if (obstacle !== undefined) return failed(changeSet, obstacle);
    if (changeSet.type === "IMPORT") changeSet.reason = VERIFY_IMPORT;
    const own = withImports(bare, await existingResources(imports, place));
    const problems = changeSet.isValidated ? await earlyProblems(own, place) : [];
    if (problems.length > 0) {
      changeSet.problems = problems;
      return failed(changeSet, earlyReason(problems));
    }
    const workOutNested = (nested: Rooted): Promise<void> => workOut(nested.changeSet, nested.stack, where);
    const plan = changeSet.includeNested
      ? await withNestedChangeSets(own, { stack, changeSet }, { where, workOut: workOutNested })
      : own;
    changeSet.plan = plan;
    if (plan.changes.length === 0 && !plan.otherwise) return failed(changeSet, NO_CHANGES);
    changeSet.status = "CREATE_COMPLETE";
    if (changeSet.execution === "UNAVAILABLE") changeSet.execution = "AVAILABLE";
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    failed(changeSet, cause.message);
  }
}

function failed(changeSet: ChangeSet, reason: string): void {
  changeSet.status = "FAILED";
  changeSet.execution = "UNAVAILABLE";
  changeSet.reason = reason;
}

function summary(stack: Stack, changeSet: ChangeSet): object {
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: changeSet.id,
    ChangeSetName: changeSet.name,
    ExecutionStatus: changeSet.execution,
    Status: changeSet.status,
    ...(changeSet.reason !== undefined && { StatusReason: changeSet.reason }),
    CreationTime: new Date(changeSet.createdAt),
    ...(changeSet.description !== undefined && { Description: changeSet.description }),
    IncludeNestedStacks: changeSet.includeNested,
    ...(changeSet.importExisting && { ImportExistingResources: true }),
  };
}
