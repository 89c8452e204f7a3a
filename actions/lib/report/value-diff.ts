/**
 * What differs between two values of a property, leaf by leaf: policies, container definitions and tag lists arrive as JSON text, and
 * nobody finds the one changed action in two blobs.
 */

/** One difference. `before` undefined: it is new; `after` undefined: it goes. */
export interface Difference {
  /** Property path with dots, `Policies.0.PolicyDocument.Statement.ReadFiles.Action`. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** Members by which a list's elements are recognised wherever they stand. */
const identities = ["Key", "Name", "Sid", "Id", "ParameterName", "AttributeName"] as const;

/** How much of a long text is shown on each side of a difference, in characters. */
const surroundings = 24;
const longText = 80;

/**
 * The differences of one property.
 *
 * @param change path as CloudFormation writes it (`/Properties/Tags`), values as text
 */
export function differences(change: {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}): readonly Difference[] {
  const path = change.path.replace(/^\/(?:Properties\/)?/, "").replaceAll("/", ".");
  const before = parsed(change.before);
  const after = parsed(change.after);
  if (before === undefined || after === undefined || Array.isArray(before) !== Array.isArray(after)) {
    return [difference(path, change.before, change.after)];
  }
  const leaves = unlike(path, before, after);
  // Text that differs only in spacing or key order still changes something for CloudFormation: show it, do not hide it.
  return leaves.length > 0 ? leaves : [difference(path, change.before, change.after)];
}

/** Two long texts cut down to where they differ, equal text on both sides as `…`. Short ones stay whole. */
export function contrast(before: string, after: string): { readonly before: string; readonly after: string } {
  if (before.length <= longText && after.length <= longText) return { before, after };
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const from = Math.max(0, start - surroundings);
  const rest = Math.max(0, end - surroundings);
  const part = (value: string): string =>
    `${from > 0 ? "…" : ""}${value.slice(from, value.length - rest)}${rest > 0 ? "…" : ""}`;
  return { before: part(before), after: part(after) };
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

function parsed(value: string | undefined): Json | undefined {
  if (value === undefined || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as Json;
  } catch {
    // Text that only looks like JSON is text.
    return undefined;
  }
}

function unlike(path: string, before: Json | undefined, after: Json | undefined): readonly Difference[] {
  if (isList(before) && isList(after) && scalars([...before, ...after])) return comeAndGone(path, before, after);
  const left = members(before, after);
  const right = members(after, before);
  if (left === undefined || right === undefined) {
    const [from, to] = [shown(before), shown(after)];
    return from === to ? [] : [difference(path, from, to)];
  }
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys.flatMap((key) => unlike(`${path}.${key}`, left.get(key), right.get(key)));
}

/** Lists of plain values: what came and what went. Their order rarely means anything; where it is all that differs, it is shown. */
function comeAndGone(path: string, before: readonly Json[], after: readonly Json[]): readonly Difference[] {
  const gone = before
    .filter((value) => !after.includes(value))
    .map((value) => difference(path, shown(value), undefined));
  const come = after
    .filter((value) => !before.includes(value))
    .map((value) => difference(path, undefined, shown(value)));
  if (gone.length + come.length > 0) return [...gone, ...come];
  const [from, to] = [shown(before), shown(after)];
  return from === to ? [] : [difference(path, from, to)];
}

/** Members of an object, or elements of a list by identity or by position; undefined for what has no inside. */
function members(value: Json | undefined, other: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (value === null || typeof value !== "object") return undefined;
  if (other !== undefined && (other === null || typeof other !== "object")) return undefined;
  if (other !== undefined && isList(value) !== isList(other)) return undefined;
  if (!isList(value)) return new Map(Object.entries(value));
  const both = [...value, ...(isList(other) ? other : [])];
  const identity = identities.find((name) => both.every((element) => typeof memberOf(element, name) === "string"));
  const keys = value.map((element, index) =>
    identity === undefined ? String(index) : String(memberOf(element, identity)),
  );
  // Two elements of one name cannot be told apart by it.
  if (new Set(keys).size < keys.length) return new Map(value.map((element, index) => [String(index), element]));
  return new Map(value.map((element, index) => [keys[index] ?? String(index), element]));
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function scalars(values: readonly Json[]): boolean {
  return values.every((value) => value === null || typeof value !== "object");
}

function memberOf(value: Json, name: string): Json | undefined {
  if (value === null || typeof value !== "object" || isList(value)) return undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function shown(value: Json | undefined): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}

function difference(path: string, before: string | undefined, after: string | undefined): Difference {
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}
