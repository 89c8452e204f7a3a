import type { PropertyFacts, PropertyType, TypeFacts } from "../../../aws/cloudformation/resources/facts.ts";

/** Definitions may hold themselves; deeper than this nothing is filled in. */
const DEEPEST = 6;

/**
 * A value that the schema takes: the first of those allowed, or something of the right type, with everything inside that is required.
 *
 * @param variant 1 and 2 give different values wherever the schema leaves a choice
 */
export function sampleOf({ type, values }: PropertyFacts, facts: TypeFacts, variant: 1 | 2): unknown {
  if (values !== undefined) return values[Math.min(variant, values.length) - 1];
  return ofType(type, facts, { variant, depth: 0 });
}

/** The smallest properties that the schema takes. */
export function requiredProperties(facts: TypeFacts, variant: 1 | 2): Record<string, unknown> {
  const required = Object.entries(facts.properties).filter(([, property]) => property.required);
  return Object.fromEntries(required.map(([name, property]) => [name, sampleOf(property, facts, variant)]));
}

function ofType(
  type: PropertyType,
  facts: TypeFacts,
  at: { readonly variant: 1 | 2; readonly depth: number },
): unknown {
  const { variant } = at;
  const deeper = { variant, depth: at.depth + 1 };
  switch (type) {
    case "string":
      return `value${variant}`;
    case "boolean":
      return variant === 2;
    case "integer":
    case "number":
      return variant;
    case "json":
      return { key: `value${variant}` };
    case "tag":
      return { Key: "key", Value: `value${variant}` };
  }
  switch (type[0]) {
    case "list":
      return [ofType(type[1], facts, deeper)];
    case "map":
      return { key: ofType(type[1], facts, deeper) };
    case "union":
      return ofType(type[1][0] ?? "json", facts, deeper);
    case "ref": {
      if (at.depth > DEEPEST) return {};
      const members = Object.entries(facts.definitions[type[1]] ?? {}).filter(([, member]) => member.required);
      return Object.fromEntries(
        members.map(([name, member]) => [
          name,
          member.values?.[Math.min(variant, member.values.length) - 1] ?? ofType(member.type, facts, deeper),
        ]),
      );
    }
  }
}
