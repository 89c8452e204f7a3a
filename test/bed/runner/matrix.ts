/** The instances of a job with a strategy. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { evaluate, type Scope } from "./expression.ts";
import type { Json, JsonObject } from "./host.ts";
import { at } from "./payload.ts";

export interface Strategy {
  readonly failFast: boolean;
  readonly maxParallel: number;
  /** One entry per instance; a job without a matrix has one instance with no values. */
  readonly instances: readonly JsonObject[];
  readonly hasMatrix: boolean;
}

/** GitHub's limit for one matrix. */
const MOST_INSTANCES = 256;

/** Expands a strategy. Throws what GitHub says for an empty vector, a missing matrix or more than 256 instances. */
export function expand(token: TemplateToken | undefined, scope: Scope): Strategy {
  const strategy = token === undefined ? {} : evaluate(token, scope);
  const matrix = at(strategy, "matrix");
  const limit = at(strategy, "max-parallel");
  const instances = matrix === undefined ? [{}] : combinations(matrix);
  if (instances.length > MOST_INSTANCES) {
    throw new Error(`the matrix makes ${instances.length} jobs, more than the ${MOST_INSTANCES} that are allowed`);
  }
  return {
    failFast: at(strategy, "fail-fast") !== false,
    maxParallel: typeof limit === "number" ? limit : instances.length,
    instances,
    hasMatrix: matrix !== undefined,
  };
}

function combinations(matrix: Json): readonly JsonObject[] {
  if (!isObject(matrix)) throw new Error("the matrix is not a mapping");
  const { include, exclude, ...vectors } = matrix;
  let instances: JsonObject[] = Object.keys(vectors).length === 0 ? [] : [{}];
  for (const [name, values] of Object.entries(vectors)) {
    if (!Array.isArray(values)) throw new Error(`Matrix vector '${name}' is not a sequence`);
    if (values.length === 0) throw new Error(`Matrix vector '${name}' does not contain any values`);
    instances = instances.flatMap((instance) => values.map((value: Json) => ({ ...instance, [name]: value })));
  }
  const excluded = entries(exclude, "exclude");
  const kept = instances.filter((instance) => !excluded.some((entry) => agrees(instance, entry, Object.keys(entry))));
  const complete = including(kept, entries(include, "include"), Object.keys(vectors));
  if (complete.length === 0) throw new Error("Matrix must define at least one vector");
  return complete;
}

/** An entry extends every combination it does not contradict in an original value; one that fits none becomes an instance. */
function including(
  combinations: readonly JsonObject[],
  entries: readonly JsonObject[],
  original: readonly string[],
): readonly JsonObject[] {
  const extended = [...combinations];
  const added: JsonObject[] = [];
  for (const entry of entries) {
    const shared = Object.keys(entry).filter((key) => original.includes(key));
    let fits = false;
    for (const [index, base] of combinations.entries()) {
      if (!agrees(base, entry, shared)) continue;
      extended[index] = { ...extended[index], ...entry };
      fits = true;
    }
    if (!fits) added.push(entry);
  }
  return [...extended, ...added];
}

function entries(value: Json | undefined, key: string): readonly JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isObject)) throw new Error(`matrix.${key} is not a list of mappings`);
  return value;
}

function agrees(instance: JsonObject, entry: JsonObject, keys: readonly string[]): boolean {
  return keys.every((key) => covers(instance[key], entry[key]));
}

/** Whether a value has everything an entry names; objects in a matrix are compared by their named parts. */
function covers(value: Json | undefined, named: Json | undefined): boolean {
  if (named !== undefined && isObject(named)) {
    return value !== undefined && isObject(value) && Object.keys(named).every((key) => covers(value[key], named[key]));
  }
  return JSON.stringify(value) === JSON.stringify(named);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The part of a job's name that tells instances apart: `(a, 2)`. Nested values are flattened, as on GitHub. */
export function instanceLabel(instance: JsonObject): string {
  const flat = (value: Json): readonly string[] => {
    if (typeof value !== "object" || value === null) return [String(value ?? "")];
    return (Array.isArray(value) ? value : Object.values(value)).flatMap(flat);
  };
  return `(${Object.values(instance).flatMap(flat).join(", ")})`;
}
