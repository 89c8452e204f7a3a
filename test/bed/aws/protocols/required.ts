/** Refuses inputs that lack a member the service's model requires, at any depth. */
import type { Shape } from "./shapes.ts";

/** Paths of the required members that are missing, in the order of the model; empty if the input is complete. */
export function missingMembers(value: unknown, shape: Shape, path = ""): readonly string[] {
  switch (shape.kind) {
    case "structure": {
      const given = value as Readonly<Record<string, unknown>>;
      return shape.members.flatMap((member, index) => {
        const inner = given[member.name];
        const here = path === "" ? member.name : `${path}.${member.name}`;
        if (inner === undefined || inner === null) return index < shape.required ? [here] : [];
        return missingMembers(inner, member.shape(), here);
      });
    }
    case "list":
      return (value as readonly unknown[]).flatMap((item, index) =>
        missingMembers(item, shape.element.shape(), `${path}.${index + 1}`),
      );
    case "map":
      return Object.entries(value as object).flatMap(([key, inner]) =>
        missingMembers(inner, shape.value.shape(), `${path}.${key}`),
      );
    case "text":
    case "number":
    case "boolean":
    case "blob":
    case "time":
    case "document":
    case "unit":
      return [];
  }
}
