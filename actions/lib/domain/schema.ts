/**
 * What is wrong with a value, said for people: zod finds it, this file words it.
 */

import * as z from "zod";
import { closest } from "./spelling.ts";

/** Where in a file: keys and list positions from the top. */
export type Path = readonly (string | number)[];

/** One thing wrong in one file. The file adapter turns the path into a line and a column. */
export interface Finding {
  readonly path: Path;
  /** Which side of `key: value` to point at. */
  readonly at: "key" | "value";
  readonly message: string;
  readonly hint?: string;
}

/** A value of `T` that nobody can change, all the way down. */
export type Fixed<T> = T extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Fixed<T[Key]> }
    : T;

/** Keys people write in the wrong place, by dotted path, and what to tell them instead of "unknown key". */
export type Misplaced = Readonly<Record<string, string>>;

export type Check<T> =
  | { readonly ok: true; readonly value: Fixed<T> }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Holds `value` against `schema`: the typed value, or everything that is wrong with it, worded for the person who wrote it. */
export function check<T>(schema: z.ZodType<T>, value: unknown, misplaced: Misplaced = {}): Check<T> {
  const result = schema.safeParse(value, { error: explain, reportInput: true });
  if (result.success) return { ok: true, value: result.data as Fixed<T> };
  const known = { schema: z.toJSONSchema(schema, { io: "input" }) as Shape, misplaced };
  return { ok: false, findings: result.error.issues.flatMap((issue) => findings(issue, [], known)) };
}

/** A value as it is shown in a message: short, on one line, unmistakably a quotation. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** A list as people read it: `a, b or c`. */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
}

interface Known {
  readonly schema: Shape;
  readonly misplaced: Misplaced;
}

function findings(issue: z.core.$ZodIssue, above: Path, known: Known): readonly Finding[] {
  const path: Path = [...above, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key], known));
  if (issue.code === "invalid_key") return [{ path, at: "key", message: issue.issues[0]?.message ?? issue.message }];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const branch = meantBranch(issue);
    if (branch !== undefined) return branch.flatMap((inner) => findings(inner, path, known));
  }
  return [{ path, at: "value", message: issue.message, ...guess(issue) }];
}

/** Of `count: 4 | {min, max}` the writer of a mapping meant the second: the branch that does not fail at its very top. */
function meantBranch(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  return issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0 || inner.code !== "invalid_type"));
}

function unknownKey(path: Path, known: Known): Finding {
  const dotted = path.join(".");
  const elsewhere = Object.hasOwn(known.misplaced, dotted) ? known.misplaced[dotted] : undefined;
  if (elsewhere !== undefined) return { path, at: "key", message: elsewhere };
  const key = String(path.at(-1));
  const candidates = keysAt(known.schema, path.slice(0, -1));
  const near = closest(key, candidates);
  return {
    path,
    at: "key",
    message: `unknown key ${show(key)}${path.length > 1 ? ` in ${path.slice(0, -1).join(".")}` : ""}`,
    hint: near === undefined ? `known here: ${candidates.join(", ")}` : `did you mean ${near}?`,
  };
}

function keysAt(shape: Shape, path: Path): readonly string[] {
  const [step, ...rest] = path;
  const branches = [shape, ...(shape.anyOf ?? []), ...(shape.oneOf ?? [])];
  if (step === undefined) return [...new Set(branches.flatMap((branch) => Object.keys(branch.properties ?? {})))];
  return [
    ...new Set(
      branches.flatMap((branch) => {
        const next = typeof step === "number" ? branch.items : branch.properties?.[step];
        return next === undefined ? [] : keysAt(next, rest);
      }),
    ),
  ];
}

function guess(issue: z.core.$ZodIssue): { readonly hint?: string } {
  if (issue.code !== "invalid_value" || typeof issue.input !== "string") return {};
  const near = closest(issue.input, issue.values.map(String));
  return near === undefined ? {} : { hint: `did you mean ${near}?` };
}

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping (key: value)",
  record: "a mapping (key: value)",
  array: "a list",
};

/** Zod's question "how do I word this?"; a schema's own `error` goes first. */
function explain(issue: z.core.$ZodRawIssue): string | undefined {
  const key = String(issue.path?.at(-1) ?? "the file");
  if (issue.input === undefined && issue.code !== "unrecognized_keys")
    return `${key} is missing; every file of this kind needs it`;
  if (issue.input === null) return `${key} has no value; write one or remove the line`;
  const got = `got ${show(issue.input)}`;
  switch (issue.code) {
    case "invalid_type":
      return `${key} must be ${kinds[issue.expected] ?? issue.expected}, ${got}`;
    case "invalid_value":
      return `${key} must be ${either(issue.values.map(String))}, ${got}`;
    case "too_small":
      return `${key} ${bound("at least", Number(issue.minimum), issue.origin)}, ${got}`;
    case "too_big":
      return `${key} ${bound("at most", Number(issue.maximum), issue.origin)}, ${got}`;
    case "invalid_format":
      return `${key} is not a valid ${issue.format}, ${got}`;
    case "not_multiple_of":
      return `${key} must be a multiple of ${issue.divisor}, ${got}`;
    case "invalid_union":
      return `${key} cannot be read, ${got}`;
    case "unrecognized_keys":
    case "invalid_key":
    case "invalid_element":
    case "custom":
      return undefined;
  }
}

function bound(which: "at least" | "at most", limit: number, origin: string): string {
  if (origin === "string") return `must have ${which} ${limit} ${limit === 1 ? "character" : "characters"}`;
  if (origin === "array" || origin === "set") return `must have ${which} ${limit} ${limit === 1 ? "item" : "items"}`;
  return `must be ${which} ${limit}`;
}
