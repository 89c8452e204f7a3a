import { isDeepStrictEqual } from "node:util";
import type { FileChange } from "../../ports/recording.ts";
import { editScalar } from "./edit-scalar.ts";
import { parseYaml } from "./parse-yaml.ts";
import { readValue } from "./yaml-node.ts";

/**
 * A tenant's file with one value as a command left it, and everything else as it is written.
 *
 * @returns the same text if the file says so already
 * @throws OperatorError if the value cannot be changed without touching more
 */
export function editTenant(text: string, change: FileChange): string {
  switch (change.what) {
    case "state":
      return differs(text, ["state"], change.state) ? editScalar(text, ["state"], change.state) : text;
    case "release":
      return differs(text, ["release"], change.release) ? editScalar(text, ["release"], change.release) : text;
    case "count":
      return editCount(text, ["services", change.service, "count"], change.count);
  }
}

/** Stands for a mapping while the place of a single value is found; no file can hold it, for counts are numbers. */
const placeholder = "mate-count-stands-here";

function editCount(
  text: string,
  path: readonly string[],
  { min, max }: { readonly min: number; readonly max: number },
): string {
  const present = valueAt(text, path);
  if (isDeepStrictEqual(present, { min, max }) || (min === max && present === min)) return text;
  if (typeof present === "object" && present !== null) {
    const lower = differs(text, [...path, "min"], min) ? editScalar(text, [...path, "min"], min) : text;
    return differs(lower, [...path, "max"], max) ? editScalar(lower, [...path, "max"], max) : lower;
  }
  if (min === max) return editScalar(text, path, min);
  const marked = editScalar(text, path, placeholder);
  const edited = marked.replace(placeholder, `{ min: ${min}, max: ${max} }`);
  // Nothing is handed out that would not read as this one change.
  if (isDeepStrictEqual(valueAt(edited, path), { min, max })) return edited;
  throw new Error(`${path.join(".")} was not written as { min: ${min}, max: ${max} }`);
}

function differs(text: string, path: readonly string[], wanted: unknown): boolean {
  return !isDeepStrictEqual(valueAt(text, path), wanted);
}

function valueAt(text: string, path: readonly string[]): unknown {
  const parsed = parseYaml(text);
  if (!parsed.ok) return undefined;
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined,
    readValue(parsed.root),
  );
}
