import { AwsError, type Call, type World } from "../../kernel.ts";
import type { Blueprint, DeclaredResource } from "../blueprint.ts";
import { type Lookups, scopeOf } from "../scope.ts";
import { evaluate } from "../template/evaluate.ts";
import { refuse } from "../template/read.ts";
import { type Evaluated, holdsUnknown, type Section, settled, UNKNOWN, type Value } from "../template/value.ts";
import { withDynamicReferences } from "./dynamic-references.ts";
import { exportsOf } from "./exports.ts";
import { attributeOf } from "./resolve.ts";
import type { Stack, StackOptions, StackResource } from "./state.ts";

/** What stands in a context for a value that only exists after the change set has been executed. */
export const KNOWN_AFTER_APPLY = "{{changeSet:KNOWN_AFTER_APPLY}}";

export interface PlanParts {
  readonly stack: Stack;
  readonly blueprint: Blueprint;
  readonly options: StackOptions;
  readonly world: World;
  readonly call: Call;
}

/** What becomes of a resource, for those that read it. */
export type Fate = "added" | "replaced" | "maybe replaced" | "modified";

/** A plan that is being made. Resources are looked at in the order of their dependencies, so fates are known in time. */
export interface Planning extends PlanParts {
  readonly fates: Map<string, Fate>;
  readonly warnings: string[];
}

/** Properties as they would be: present values of what stays, KNOWN_AFTER_APPLY for what is made anew. */
export async function preview(planning: Planning, declared: DeclaredResource): Promise<Section> {
  const scope = scopeOf(planning.blueprint, previewLookups(planning), true);
  const entries: [string, Value][] = [];
  for (const [name, value] of Object.entries(declared.properties)) {
    let result: Evaluated;
    try {
      result = evaluate({ only: value }, scope);
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      planning.warnings.push(
        `ChangeSet creation failed for resource [${declared.logicalId}] because: ${cause.message}`,
      );
      result = { only: UNKNOWN };
    }
    if (holdsUnknown(result)) entries.push([name, KNOWN_AFTER_APPLY]);
    else {
      const { only } = settled(result) as { readonly only?: Value };
      if (only !== undefined) entries.push([name, await withDynamicReferences(only, "plain", planning)]);
    }
  }
  return Object.fromEntries(entries);
}

/** Values of resources as far as a plan can know them. */
export function previewLookups({ stack, fates, world, call }: Planning): Lookups {
  const present = (logicalId: string): StackResource | undefined => {
    const fate = fates.get(logicalId);
    return fate === "added" || fate === "replaced" ? undefined : stack.resources.get(logicalId);
  };
  return {
    ref: (logicalId) => present(logicalId)?.physicalId ?? UNKNOWN,
    attribute: (logicalId, name) => {
      const resource = present(logicalId);
      return resource === undefined ? UNKNOWN : attributeOf(resource, name);
    },
    importValue: (name) => exportsOf({ world, call }).get(name)?.value ?? refuse(`No export named ${name}`),
  };
}
