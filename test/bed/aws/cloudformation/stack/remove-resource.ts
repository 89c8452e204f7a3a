import type { DeclaredResource } from "../blueprint.ts";
import { unattached } from "../resources/at-least-one.ts";
import { durationOf } from "../resources/durations.ts";
import { note, noteOnly, type Work } from "./events.ts";
import { ResourceFailure, reasonOf, strike } from "./failure.ts";
import { contextOf, handlerOf, madeOf, wire } from "./handlers.ts";
import type { StackResource } from "./state.ts";

/** How a resource leaves a stack. */
export interface Removal {
  /** The stack does not count it as its own any more: removed or replaced by an update. */
  readonly former: boolean;
  /** Keep what exists, whatever the policy says. */
  readonly keep: boolean;
  /** Take a last snapshot first. */
  readonly snapshot: boolean;
}

/** Removes a resource, or skips it. False if it failed; the event says why. */
export async function removeResource(work: Work, resource: StackResource, removal: Removal): Promise<boolean> {
  const tell = (
    status: "DELETE_IN_PROGRESS" | "DELETE_COMPLETE" | "DELETE_SKIPPED" | "DELETE_FAILED",
    reason?: string,
  ): void => {
    const change = { status, ...(reason !== undefined && { reason }) };
    if (removal.former) noteOnly(work, resource, { ...change, bare: true });
    else note(work, resource, change);
  };
  if (removal.keep) {
    tell("DELETE_SKIPPED");
    return true;
  }
  tell("DELETE_IN_PROGRESS");
  try {
    const { declared } = resource;
    const began = work.world.clock.now();
    await strike(work, declared.logicalId, "remove");
    const loose = unattached(declared.type, resource.properties);
    if (loose !== undefined) throw new ResourceFailure(loose);
    if (resource.physicalId !== "") {
      const context = {
        ...contextOf(work, declared),
        ...(removal.snapshot && { finalSnapshotId: snapshotId(work, declared) }),
      };
      await handlerOf(work.world, declared.type).remove(madeOf(resource), await wire(work, resource), context);
      const took = work.world.clock.now() - began;
      if (!work.operation.express)
        await work.world.clock.sleep(Math.max(0, durationOf(declared.type).remove * 1000 - took));
    }
    tell("DELETE_COMPLETE");
    return true;
  } catch (cause) {
    tell("DELETE_FAILED", reasonOf(work, cause, { declared: resource.declared, verb: "deletion" }));
    return false;
  }
}

function snapshotId({ world, stack }: Work, declared: DeclaredResource): string {
  return `${stack.name}-snapshot-${declared.logicalId}-${world.hex(12)}`.toLowerCase();
}
