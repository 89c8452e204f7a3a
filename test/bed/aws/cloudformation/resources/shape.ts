import { isList, isSection, type Section, type Value } from "../template/value.ts";
import type { PropertyType, TypeFacts } from "./facts.ts";

/**
 * Turns text into the number or boolean that the type's schema asks for, as CloudFormation does before it calls a resource
 * handler: parameters are always text, whatever the property wants.
 */
export function coerced(properties: Section, facts: TypeFacts): Section {
  return coerceMembers(properties, facts.properties, facts);
}

/**
 * What the schema has against these properties, in AWS's words; undefined if nothing. Only what a schema can say without
 * knowing the service: required properties that are missing, properties that do not exist, and values that are none of those allowed.
 */
export function complaint(properties: Section, facts: TypeFacts): string | undefined {
  const missing = Object.entries(facts.properties)
    .filter(([name, property]) => property.required && properties[name] === undefined)
    .map(([name]) => `The property {/${name}} is required`);
  if (missing.length > 0) return `Property validation failure: [${missing.join(", ")}]`;
  for (const [name, { values }] of Object.entries(facts.properties)) {
    const value = properties[name];
    // A number in a text is as good as the number.
    if (values !== undefined && typeof value === "string" && !values.map(String).includes(value))
      return `Properties validation failed with message: [#/${name}: failed validation constraint for keyword [enum]]`;
  }
  const strange = Object.keys(properties).filter((name) => facts.properties[name] === undefined);
  if (strange.length === 0 || Object.keys(facts.properties).length === 0) return undefined;
  return `Property validation failure: [Encountered unsupported properties in {/}: [${strange.join(", ")}]]`;
}

function coerceMembers(value: Section, members: TypeFacts["properties"], facts: TypeFacts): Section {
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, coerce(entry, members[name]?.type ?? "json", facts)]),
  );
}

function coerce(value: Value, type: PropertyType, facts: TypeFacts): Value {
  if (type === "boolean") return value === "true" ? true : value === "false" ? false : value;
  if (type === "integer" || type === "number")
    return typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
  if (type === "string") return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (type === "json") return typeof value === "string" ? parsed(value) : value;
  if (typeof type === "string") return value;
  const [kind, inner] = type;
  if (kind === "union") return inner.includes("json") ? coerce(value, "json", facts) : value;
  if (kind === "list")
    return isList(value) ? value.map((entry) => coerce(entry, inner, facts)) : [coerce(value, inner, facts)];
  if (!isSection(value)) return value;
  if (kind === "ref") return coerceMembers(value, facts.definitions[inner] ?? {}, facts);
  if (kind === "map")
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, coerce(entry, inner, facts)]));
  return value;
}

/** Documents may be given as text. */
function parsed(text: string): Value {
  if (!text.trimStart().startsWith("{")) return text;
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    // Text that only looks like a document is text.
    if (cause instanceof SyntaxError) return text;
    throw cause;
  }
}
