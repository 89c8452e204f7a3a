import type { World } from "../../kernel.ts";
import { factsOf } from "../resources/facts.ts";
import type { ImportPlace } from "../stack/import/existing.ts";
import type { Plan, PlannedChange } from "../stack/plan.ts";
import { KNOWN_AFTER_APPLY } from "../stack/preview.ts";
import { existingAdditions } from "./imports.ts";

/** Something that CloudFormation finds wrong before a change set could be executed. */
export interface EarlyProblem {
  readonly logicalId: string;
  readonly type: string;
  readonly validation: "PROPERTY_VALIDATION" | "NAME_CONFLICT_VALIDATION";
  readonly path: string;
  readonly reason: string;
}

/** Whether change sets are validated before they can be executed, as since November 2025. Who replays what is older turns it off. */
export function validation(world: World): { isEarly: boolean } {
  return world.store("cloudformation/validation", { account: "*", region: "*" }, () => ({ isEarly: true }));
}

/**
 * What a resource's schema has against its properties, and names that are taken. Values nobody knows yet are not looked at.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
 */
export async function earlyProblems(plan: Plan, place: ImportPlace): Promise<readonly EarlyProblem[]> {
  if (!validation(place.world).isEarly) return [];
  const wrong = plan.changes.flatMap(propertyProblems);
  const taken = [...(await existingAdditions(plan, place, "resolved")).values()].map(
    ({ logicalId, type, identifier }): EarlyProblem => ({
      logicalId,
      type,
      validation: "NAME_CONFLICT_VALIDATION",
      path: `/Resources/${logicalId}`,
      reason: `Resource of type '${type}' with identifier '${Object.values(identifier).join("|")}' already exists.`,
    }),
  );
  return [...wrong, ...taken];
}

/** The reason that a change set gives that failed because of them; which ones is for DescribeEvents to say. */
export function earlyReason(problems: readonly EarlyProblem[]): string {
  const validators = {
    PROPERTY_VALIDATION: "AWS::EarlyValidation::PropertyValidation",
    NAME_CONFLICT_VALIDATION: "AWS::EarlyValidation::ResourceExistenceCheck",
  } as const;
  const names = [...new Set(problems.map(({ validation }) => validators[validation]))];
  return `The following hook(s)/validation failed: [${names.join(", ")}]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.`;
}

function propertyProblems({ action, declared, after }: PlannedChange): readonly EarlyProblem[] {
  const { logicalId, type } = declared;
  const properties = factsOf(type)?.properties ?? {};
  if (action === "Remove" || after === undefined || Object.keys(properties).length === 0) return [];
  const path = `/Resources/${logicalId}/Properties`;
  const problem = (where: string, reason: string): EarlyProblem => ({
    ...{ logicalId, type, validation: "PROPERTY_VALIDATION", path: where, reason },
  });
  const missing = Object.entries(properties).flatMap(([name, { required }]) =>
    required && after[name] === undefined ? [problem(path, `Required property [${name}] not found`)] : [],
  );
  const strange = Object.entries(after).flatMap(([name, value]) => {
    const known = properties[name];
    if (known === undefined) return [problem(`${path}/${name}`, `Unsupported property [${name}]`)];
    const open = typeof value !== "string" || value === KNOWN_AFTER_APPLY || value === "****";
    return known.values === undefined || open || known.values.map(String).includes(value)
      ? []
      : [problem(`${path}/${name}`, `${value} is not a valid enum value`)];
  });
  return [...missing, ...strange];
}
