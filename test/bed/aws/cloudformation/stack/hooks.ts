import type { World } from "../../kernel.ts";
import { noteHook, type Work } from "./events.ts";
import { ResourceFailure } from "./failure.ts";
import type { ResourceStatus, StackResource } from "./state.ts";

/** A CloudFormation Hook of the account: it looks at every resource it is for before that is provisioned. */
export interface Hook {
  /** `AWS::ControlTower::Hook` */
  readonly type: string;
  /** Resource types it looks at. */
  readonly targets: readonly string[];
  /** What its failure means. */
  readonly mode: "FAIL" | "WARN";
  /** Why it objects; undefined if it does not. */
  readonly verdict: (resource: StackResource) => string | undefined;
}

/** The hooks that are activated, for all accounts of the bed. */
export function hooksOf(world: World): Hook[] {
  return world.store<Hook[]>("cloudformation/hooks", { account: "*", region: "*" }, () => []);
}

/**
 * Lets every hook look at a resource that is about to be provisioned, with the events of the documentation's example: one when the
 * hook is called and one with its result. https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/hooks-structure.html
 *
 * @throws ResourceFailure in CloudFormation's words if one objects whose failures stop the operation
 */
export async function callHooks(work: Work, resource: StackResource, status: ResourceStatus): Promise<void> {
  const hooks = hooksOf(work.world).filter(({ targets }) => targets.includes(resource.declared.type));
  const failed: string[] = [];
  for (const { type, mode, verdict } of hooks) {
    const hook = { HookType: type, HookInvocationPoint: "PRE_PROVISION", HookFailureMode: mode } as const;
    noteHook(work, { resource, status }, { ...hook, HookStatus: "HOOK_IN_PROGRESS" });
    await work.world.clock.sleep(1_000);
    const objection = verdict(resource);
    noteHook(
      work,
      { resource, status },
      objection === undefined
        ? { ...hook, HookStatus: "HOOK_COMPLETE_SUCCEEDED", HookStatusReason: "Hook succeeded with message: compliant" }
        : {
            ...hook,
            HookStatus: "HOOK_COMPLETE_FAILED",
            HookStatusReason: `Hook failed with message: ${objection}`,
          },
    );
    if (objection !== undefined && mode === "FAIL") failed.push(type);
  }
  if (failed.length > 0) throw new ResourceFailure(`The following hook(s) failed: [${failed.join(", ")}]`);
}
