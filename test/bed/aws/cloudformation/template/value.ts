/** Values as a template holds them, after JSON or YAML has been read. */
export type Value = string | number | boolean | null | readonly Value[] | Section;
export interface Section {
  readonly [key: string]: Value;
}

/** A value that only exists once a resource has been made. */
export const UNKNOWN = Symbol("known after apply");
/** What AWS::NoValue stands for: the property or list entry is left out. */
export const NO_VALUE = Symbol("AWS::NoValue");

/** A template value with its functions carried out. */
export type Evaluated =
  | string
  | number
  | boolean
  | null
  | typeof UNKNOWN
  | typeof NO_VALUE
  | readonly Evaluated[]
  | EvaluatedSection;
export interface EvaluatedSection {
  readonly [key: string]: Evaluated;
}

/** True for a mapping, of either kind. */
export function isSection(value: Value | undefined): value is Section;
export function isSection(value: Evaluated | undefined): value is EvaluatedSection;
export function isSection(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a list, which TypeScript cannot tell for readonly arrays on its own. */
export function isList(value: Value | undefined): value is readonly Value[];
export function isList(value: Evaluated | undefined): value is readonly Evaluated[];
export function isList(value: unknown): boolean {
  return Array.isArray(value);
}

/** The mapping under a key, or an empty one where there is none. */
export function section(parent: Section, key: string): Section {
  const value = parent[key];
  return isSection(value) ? value : {};
}

/** True if some part of it is known after apply only. */
export function holdsUnknown(value: Evaluated): boolean {
  if (value === UNKNOWN) return true;
  if (isList(value)) return value.some(holdsUnknown);
  return isSection(value) && Object.values(value).some(holdsUnknown);
}

/** The value with NO_VALUE entries left out; NO_VALUE itself and UNKNOWN must have been dealt with before. */
export function settled(value: Evaluated): Value {
  if (typeof value === "symbol") throw new Error(`a value that is not settled was used: ${value.description}`);
  if (isList(value)) return value.filter((entry) => entry !== NO_VALUE).map(settled);
  if (!isSection(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== NO_VALUE)
      .map(([key, entry]) => [key, settled(entry)]),
  );
}

/** CloudFormation hands every scalar on as text: numbers and booleans become strings, at any depth. */
export function asText(value: Value): Value {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (isList(value)) return value.map(asText);
  if (!isSection(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, asText(entry)]));
}

/** One text per value, whatever the order of its keys, and 1 the same as "1": for comparing. */
export function canonical(value: Value): string {
  if (isList(value)) return `[${value.map(canonical).join(",")}]`;
  if (isSection(value)) {
    const entries = Object.keys(value).sort();
    return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
  }
  return JSON.stringify(value === null ? null : String(value));
}
