import type { DeclaredResource } from "../blueprint.ts";
import type { Work } from "./events.ts";
import type { StackResource } from "./state.ts";

/** A resource before anything has been done about it. */
export function unmade(work: Work, declared: DeclaredResource): StackResource {
  return {
    logicalId: declared.logicalId,
    declared,
    physicalId: "",
    properties: {},
    attributes: {},
    metadata: undefined,
    status: "CREATE_IN_PROGRESS",
    reason: undefined,
    at: work.world.clock.now(),
    drift: { status: "NOT_CHECKED", at: undefined },
  };
}
