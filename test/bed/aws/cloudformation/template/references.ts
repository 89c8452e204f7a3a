import { isList, isSection, type Section, type Value } from "./value.ts";

/** What a value refers to: a resource or parameter as a whole, or one attribute of a resource. */
export interface Reference {
  readonly to: string;
  /** Absent for Ref and for `${Name}`. */
  readonly attribute?: string;
  /** It stands in the text of an Fn::Sub. */
  readonly inText?: true;
}

const PLACEHOLDER = /\$\{([^!}][^}]*)\}/g;

/**
 * Every Ref, Fn::GetAtt and Fn::Sub placeholder in a value, pseudo parameters included, in the order written. Conditions are
 * looked through: of an Fn::If whose condition is known, only the branch taken counts.
 */
export function references(value: Value, conditions: ReadonlyMap<string, boolean> = new Map()): readonly Reference[] {
  const found: Reference[] = [];
  walk(value, conditions, found);
  return found;
}

/** `Name` or `Name.Attribute` as in Fn::Sub. */
export function placeholder(text: string): Reference {
  const trimmed = text.trim();
  const dot = trimmed.indexOf(".");
  return dot < 0 ? { to: trimmed } : { to: trimmed.slice(0, dot), attribute: trimmed.slice(dot + 1) };
}

function walk(value: Value, conditions: ReadonlyMap<string, boolean>, found: Reference[]): void {
  if (isList(value)) {
    for (const entry of value) walk(entry, conditions, found);
    return;
  }
  if (!isSection(value)) return;
  const keys = Object.keys(value);
  const argument = keys.length === 1 ? value[keys[0] ?? ""] : undefined;
  if (argument !== undefined && referenceOf(keys[0] ?? "", argument, conditions, found)) return;
  for (const entry of Object.values(value)) walk(entry, conditions, found);
}

/** True if the function was one of those that refer, and has been dealt with. */
function referenceOf(
  name: string,
  argument: Value,
  conditions: ReadonlyMap<string, boolean>,
  found: Reference[],
): boolean {
  if (name === "Ref" && typeof argument === "string") {
    found.push({ to: argument });
    return true;
  }
  if (name === "Fn::GetAtt") return attributeReference(argument, conditions, found);
  if (name === "Fn::Sub") {
    const [text, variables] = isList(argument) ? argument : [argument, {}];
    const own = isSection(variables) ? variables : {};
    for (const [, inner] of String(text).matchAll(PLACEHOLDER)) {
      const reference = placeholder(inner ?? "");
      if (!Object.hasOwn(own, inner?.trim() ?? "")) found.push({ ...reference, inText: true });
    }
    walk(own, conditions, found);
    return true;
  }
  if (name === "Fn::If" && isList(argument)) {
    const taken = conditions.get(String(argument[0]));
    if (taken === undefined) return false;
    walk((taken ? argument[1] : argument[2]) ?? null, conditions, found);
    return true;
  }
  return false;
}

function attributeReference(argument: Value, conditions: ReadonlyMap<string, boolean>, found: Reference[]): boolean {
  const parts = isList(argument) ? argument : typeof argument === "string" ? argument.split(/\.(.*)/s).slice(0, 2) : [];
  const [to, ...rest] = parts;
  if (typeof to !== "string") return false;
  const literal = rest.every((part) => typeof part === "string" || typeof part === "number");
  found.push({ to, attribute: literal ? rest.join(".") : "" });
  if (!literal) for (const part of rest) walk(part, conditions, found);
  return true;
}

/** The logical ids a resource waits for: its DependsOn and what its properties refer to, among those given. */
export function dependencies(
  resource: Section,
  among: { has(logicalId: string): boolean },
  conditions: ReadonlyMap<string, boolean>,
): ReadonlySet<string> {
  const explicit = resource.DependsOn === undefined ? [] : [resource.DependsOn].flat();
  const implicit = references({ Properties: resource.Properties ?? {} }, conditions).map((reference) => reference.to);
  return new Set([...explicit.map(String), ...implicit].filter((logicalId) => among.has(logicalId)));
}
