/**
 * Holding a value against a zod schema, and pointing at everything that is wrong with it, each with a suggestion.
 */

import * as z from "zod";
import { wording } from "./schema-wording.ts";
import { closest } from "./spelling.ts";
import { either, show } from "./wording.ts";

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

/** A finding about the value at `path`. */
export function finding(path: Path, message: string, hint?: string): Finding {
  return { path, at: "value", message, ...(hint !== undefined && { hint }) };
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
  const result = schema.safeParse(value, { error: wording, reportInput: true });
  if (result.success) return { ok: true, value: result.data as Fixed<T> };
  const known = { shape: shapeOf(schema), misplaced };
  return { ok: false, findings: result.error.issues.flatMap((issue) => findings(issue, [], known)) };
}

/** The JSON Schema of a zod schema, as far as it is needed to know which keys belong where and what they mean. */
interface Shape {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
}

interface Known {
  readonly shape: Shape;
  readonly misplaced: Misplaced;
}

const shapes = new WeakMap<z.ZodType, Shape>();

function shapeOf(schema: z.ZodType): Shape {
  const known = shapes.get(schema);
  if (known !== undefined) return known;
  const shape = z.toJSONSchema(schema, { io: "input" }) as Shape;
  shapes.set(schema, shape);
  return shape;
}

function findings(issue: z.core.$ZodIssue, above: Path, known: Known): readonly Finding[] {
  const path: Path = [...above, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key], known));
  if (issue.code === "invalid_key") return [{ path, at: "key", message: issue.issues[0]?.message ?? issue.message }];
  if (issue.code === "invalid_union") {
    if ("discriminator" in issue) return [wrongDiscriminator(issue, path, known)];
    const branch = meantBranch(issue);
    if (branch !== undefined) return branch.flatMap((inner) => findings(inner, path, known));
  }
  return [{ path, at: "value", message: issue.message, ...suggestion(issue, path, known) }];
}

/** Of `count: 4 | {min, max}` the writer of a mapping meant the second: the branch with the fewest faults below its very top. */
function meantBranch(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  const faults = (branch: readonly z.core.$ZodIssue[]): number =>
    branch.reduce((sum, inner) => sum + (inner.code === "unrecognized_keys" ? inner.keys.length : 1), 0);
  return issue.errors
    .filter((branch) => branch.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys"))
    .toSorted((a, b) => faults(a) - faults(b))[0];
}

/** `sso: { type: smal }`: the key that chooses among the forms has a value that chooses none. */
function wrongDiscriminator(issue: z.core.$ZodIssueInvalidUnion, path: Path, { shape }: Known): Finding {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const input = issue.input;
  const got: unknown = typeof input === "object" && input !== null ? Reflect.get(input, key) : undefined;
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  if (got === undefined) {
    return {
      path: parent,
      at: "value",
      message: `${key} is missing; it is ${either(options)}`,
      ...described(shape, parent),
    };
  }
  const near = typeof got === "string" ? closest(got, options) : undefined;
  const message = `${key} must be ${either(options)}, got ${show(got)}`;
  return { path, at: "value", message, ...(near !== undefined && { hint: `did you mean ${near}?` }) };
}

function unknownKey(path: Path, { shape, misplaced }: Known): Finding {
  const dotted = path.join(".");
  const elsewhere = Object.hasOwn(misplaced, dotted) ? misplaced[dotted] : undefined;
  if (elsewhere !== undefined) return { path, at: "key", message: elsewhere };
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const candidates = [...new Set(shapesAt(shape, parent).flatMap((here) => Object.keys(here.properties ?? {})))];
  const near = closest(key, candidates);
  return {
    path,
    at: "key",
    message: `unknown key ${show(key)}${parent.length > 0 ? ` in ${parent.join(".")}` : ""}`,
    hint: near === undefined ? `known here: ${candidates.join(", ")}` : `did you mean ${near}?`,
  };
}

/** Every form the value at `path` may have. */
function shapesAt(shape: Shape, path: Path): readonly Shape[] {
  const forms = [shape, ...(shape.anyOf ?? []), ...(shape.oneOf ?? [])];
  const [step, ...rest] = path;
  if (step === undefined) return forms;
  return forms.flatMap((form) => {
    const own = form.properties !== undefined && Object.hasOwn(form.properties, step);
    const next = typeof step === "number" ? form.items : own ? form.properties?.[step] : undefined;
    return next === undefined ? [] : shapesAt(next, rest);
  });
}

function suggestion(issue: z.core.$ZodIssue, path: Path, { shape }: Known): { readonly hint?: string } {
  if (issue.input === undefined && issue.code !== "custom") return described(shape, path);
  if (issue.code !== "invalid_value" || typeof issue.input !== "string") return {};
  const near = closest(issue.input, issue.values.map(String));
  return near === undefined ? {} : { hint: `did you mean ${near}?` };
}

function described(shape: Shape, path: Path): { readonly hint?: string } {
  const description = shapesAt(shape, path).find((form) => form.description !== undefined)?.description;
  return description === undefined ? {} : { hint: description };
}
