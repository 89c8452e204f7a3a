import { AwsError } from "../../kernel.ts";
import { nestedRequest } from "../nested-stack.ts";
import { randomLetters } from "../resources/names.ts";
import { enter } from "../stack/events.ts";
import { emptyStack, stackId } from "../stack/new-stack.ts";
import { begin, end } from "../stack/operation.ts";
import type { Plan, PlannedChange } from "../stack/plan.ts";
import { type Fate, preview } from "../stack/preview.ts";
import { NESTED } from "../stack/replacement.ts";
import { accountOf, type ChangeSet, type Stack } from "../stack/state.ts";
import type { Where } from "./find.ts";
import { deploymentOf } from "./request.ts";

/** A change set that is being worked out, with the stack it is for. */
export interface Rooted {
  readonly stack: Stack;
  readonly changeSet: ChangeSet;
}

/**
 * Makes a change set for each nested stack that a plan adds or may change, works each out, and gives the plan with their ids. A
 * nested stack in which nothing changes is no change of its parent. A new one gets a stack in REVIEW_IN_PROGRESS.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/change-sets-for-nested-stacks.html
 *
 * @param workOut works a change set out, nested ones inside it included
 * @throws AwsError in AWS's words if the change set of a nested stack failed (aws-sam-cli issue 2406)
 */
export async function withNestedChangeSets(
  plan: Plan,
  root: Rooted,
  { where, workOut }: { readonly where: Where; readonly workOut: (nested: Rooted) => Promise<void> },
): Promise<Plan> {
  const changes: PlannedChange[] = [];
  for (const change of plan.changes) {
    if (change.declared.type !== NESTED || change.action === "Remove" || change.action === "Import") {
      changes.push(change);
      continue;
    }
    const nested = await nestedChangeSet(change, { plan, root, where });
    if (nested.changeSet.status !== "FAILED") await workOut(nested);
    const { changeSet } = nested;
    if (changeSet.status !== "FAILED") changes.push({ ...change, changeSetId: changeSet.id });
    else if (!isEmpty(changeSet))
      throw new AwsError(
        "ValidationError",
        `Nested change set ${changeSet.id} was not successfully created: Currently in FAILED.`,
      );
    else discard(nested);
  }
  return { ...plan, changes };
}

/** Every change set below one, the deepest last. */
export function changeSetsBelow({ id, includeNested, plan }: ChangeSet, where: Where): readonly Rooted[] {
  const none = plan?.changes.every(({ changeSetId }) => changeSetId === undefined) ?? !includeNested;
  if (none) return [];
  return [...accountOf(where.world, where.call.caller).stacks.values()].flatMap((stack) =>
    stack.changeSets.flatMap((changeSet) =>
      changeSet.parentId === id ? [{ stack, changeSet }, ...changeSetsBelow(changeSet, where)] : [],
    ),
  );
}

export function discard({ stack, changeSet }: Rooted): void {
  stack.changeSets.splice(stack.changeSets.indexOf(changeSet), 1);
}

function isEmpty({ reason }: ChangeSet): boolean {
  return reason?.startsWith("The submitted information didn't contain changes.") === true;
}

async function nestedChangeSet(
  { declared, physicalId, replacement }: PlannedChange,
  { plan, root, where }: { readonly plan: Plan; readonly root: Rooted; readonly where: Where },
): Promise<Rooted> {
  const { world, call } = where;
  const { blueprint, options, name, includeNested } = root.changeSet;
  const present = replacement === "True" ? undefined : accountOf(world, call.caller).stacks.get(physicalId ?? "");
  const stack = present ?? inReview(declared.logicalId, root.stack, where);
  const planning = { stack: root.stack, blueprint, options, world, call, fates: fatesOf(plan), warnings: [] };
  const input = nestedRequest(await preview(planning, declared), options);
  const made = {
    id: `arn:aws:cloudformation:${call.caller.region}:${call.caller.account}:changeSet/${name}-${declared.logicalId}-${randomLetters(world, 12).toUpperCase()}/${world.uuid()}`,
    stackId: stack.id,
    type: present === undefined ? "CREATE" : "UPDATE",
    createdAt: world.clock.now(),
    description: undefined,
    token: undefined,
    onFailure: undefined,
    ...{
      includeNested,
      importExisting: false,
      isValidated: root.changeSet.isValidated,
      revertsDrift: false,
      config: undefined,
      imports: new Map(),
      parentId: root.changeSet.id,
    },
    rootId: root.changeSet.rootId ?? root.changeSet.id,
    status: "CREATE_IN_PROGRESS",
    execution: "UNAVAILABLE",
    reason: undefined,
    plan: undefined,
  } as const;
  const named = { ...made, name: made.id.split("/").at(-2) ?? "" };
  const pseudo = { stackId: stack.id, stackName: stack.name };
  const changeSet = await deploymentOf(input, { pseudo, stack: present, expands: false }, where).then(
    (deployment): ChangeSet => ({ ...named, ...deployment }),
    (cause: unknown): ChangeSet => {
      if (!(cause instanceof AwsError)) throw cause;
      // What is refused at once for a stack of its own is how a nested change set fails.
      return { ...named, blueprint, options, status: "FAILED", reason: cause.message };
    },
  );
  stack.changeSets.push(changeSet);
  return { stack, changeSet };
}

function inReview(logicalId: string, parent: Stack, where: Where): Stack {
  const { world, call } = where;
  const name = `${parent.name}-${logicalId}-${randomLetters(world, 12).toUpperCase()}`;
  const parentage = { parentId: parent.id, rootId: parent.parent?.rootId ?? parent.id };
  const stack = emptyStack(where, { id: stackId(name, where), name, parent: parentage });
  accountOf(world, call.caller).stacks.set(stack.id, stack);
  const work = begin(where, stack, { type: "CREATE_CHANGESET", token: undefined });
  enter(work, "REVIEW_IN_PROGRESS", "User Initiated");
  end(work);
  return stack;
}

function fatesOf({ changes }: Plan): Map<string, Fate> {
  const fate = ({ action, replacement }: PlannedChange): Fate => {
    if (action === "Add") return "added";
    return replacement === "True" ? "replaced" : replacement === "Conditional" ? "maybe replaced" : "modified";
  };
  return new Map(changes.map((change) => [change.declared.logicalId, fate(change)]));
}
