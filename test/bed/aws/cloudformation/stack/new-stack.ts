import type { Call, World } from "../../kernel.ts";
import type { Stack } from "./state.ts";

interface Where {
  readonly world: World;
  readonly call: Call;
}

/** A new stack id for a name. */
export function stackId(name: string, { world, call }: Where): string {
  const { region, account } = call.caller;
  return `arn:aws:cloudformation:${region}:${account}:stack/${name}/${world.uuid()}`;
}

/** A stack that holds nothing yet. */
export function emptyStack(
  { world, call }: Where,
  { id, name, parent }: { readonly id: string; readonly name: string; readonly parent?: Stack["parent"] },
): Stack {
  return {
    id,
    name,
    owner: call.caller,
    createdAt: world.clock.now(),
    status: "REVIEW_IN_PROGRESS",
    reason: undefined,
    updatedAt: undefined,
    deletedAt: undefined,
    blueprint: undefined,
    origin: undefined,
    undo: [],
    leftovers: [],
    resources: new Map(),
    outputs: [],
    importedNames: new Set(),
    events: [],
    changeSets: [],
    operations: [],
    changeSetId: undefined,
    options: { capabilities: [], notificationArns: [], rollbackConfiguration: {}, roleArn: undefined, tags: [] },
    disableRollback: false,
    timeoutMinutes: undefined,
    terminationProtection: false,
    retainExceptOnCreate: false,
    policy: undefined,
    policyDuringUpdate: undefined,
    parent,
    drift: { status: "NOT_CHECKED", at: undefined },
  };
}
