import { references } from "../template/references.ts";
import type { Value } from "../template/value.ts";
import type { Cause } from "./details.ts";
import type { Planning } from "./preview.ts";

/** Parameters and resources that a value reads and that the change set changes, each once. */
export function causesOf({ stack, blueprint, fates }: Planning, value: Value): readonly Cause[] {
  const found = references(value, blueprint.conditions).flatMap(({ to, attribute }): readonly Cause[] => {
    const parameter = attribute === undefined ? blueprint.parameters.get(to) : undefined;
    if (parameter !== undefined) {
      const was = stack.blueprint?.parameters.get(to);
      // A stored value that changed counts as a change of the property itself.
      const changed = was === undefined || was.text !== parameter.text;
      return changed ? [{ kind: "parameter", entity: to }] : [];
    }
    const fate = fates.get(to);
    if (fate === undefined) return [];
    return [
      {
        kind: attribute === undefined ? "resource" : "attribute",
        entity: attribute === undefined ? to : `${to}.${attribute}`,
        fate,
      },
    ];
  });
  return [...new Map(found.map((cause) => [cause.entity, cause])).values()];
}
