import type { AwsError } from "../aws/kernel.ts";
import { asRecorded, isArray, isObject } from "./answer.ts";
import type { Json } from "./recording.ts";

/** What a step gave: an answer, or an error with the operation that failed. */
export type Outcome =
  | { readonly kind: "answer"; readonly value: Json }
  | { readonly kind: "not modelled"; readonly because: string }
  | {
      readonly kind: "error";
      readonly error: AwsError;
      readonly operation: string;
      readonly events: Json;
      readonly stack: Json;
    };

export type Outcomes = ReadonlyMap<string, Outcome>;

const REFERENCE = /@\{([^}]*)\}/g;

/** Errors that boto3 still calls by the name they had before SQS spoke JSON. */
const QUERY_CODE: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
};

/** Thrown when a value is asked for that no step gave, because the step was not modelled or answered otherwise. */
export class Unavailable extends Error {
  readonly why: "missing" | "not modelled";
  constructor(message: string, why: "missing" | "not modelled" = "missing") {
    super(message);
    this.why = why;
  }
}

/**
 * Fills in the references of a value. A text that is one reference becomes what it refers to. A list of one entry that holds `[*]`
 * becomes one entry per element.
 */
export function filledIn(value: Json, outcomes: Outcomes): Json {
  if (typeof value === "string") {
    const [only] = [...value.matchAll(REFERENCE)];
    if (only !== undefined && only[0] === value) return lookUp(only[1] ?? "", outcomes);
    return value.replaceAll(REFERENCE, (_whole, inner: string) => textOf(lookUp(inner, outcomes)));
  }
  if (isArray(value))
    return value.length === 1 && JSON.stringify(value).includes("[*]")
      ? perElement(value[0] ?? null, outcomes)
      : value.map((entry) => filledIn(entry, outcomes));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, filledIn(entry, outcomes)]));
  return value;
}

/** `[["@{s2[*].A}", "@{s2[*].B}"]]` is the list of the pairs. */
function perElement(template: Json, outcomes: Outcomes): Json {
  const columns = isArray(template)
    ? template.map((entry) => filledIn(entry, outcomes))
    : [filledIn(template, outcomes)];
  const [first] = columns;
  if (!isArray(template)) return first ?? [];
  if (!isArray(first)) throw new Unavailable("[*] does not refer to a list");
  return first.map((_value, row) => columns.map((column) => (isArray(column) ? (column[row] ?? null) : column)));
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function lookUp(path: string, outcomes: Outcomes): Json {
  const [where = "", ...filters] = path.split("|");
  const [, id = "", rest = ""] = /^([A-Za-z0-9_]+)(.*)$/s.exec(where) ?? [];
  const outcome = outcomes.get(id);
  if (outcome === undefined) throw new Unavailable(`step ${id} gave nothing`);
  let value = descend(rootOf(outcome, rest), rest.replace(/^\.\$(?:errorString|error|stackEvents|stack)/, ""));
  for (const filter of filters) value = apply(filter, value);
  return value;
}

function rootOf(outcome: Outcome, rest: string): Json {
  if (outcome.kind === "answer") {
    if (rest.startsWith(".$")) throw new Unavailable("the bed gave an answer where an error was expected");
    return outcome.value;
  }
  if (outcome.kind === "not modelled") throw new Unavailable(outcome.because, "not modelled");
  const { error, operation, events, stack } = outcome;
  if (rest.startsWith(".$errorString"))
    return `An error occurred (${error.code}) when calling the ${operation} operation: ${error.message}`;
  if (rest.startsWith(".$stackEvents")) return events;
  if (rest.startsWith(".$stack")) return stack;
  if (rest.startsWith(".$error"))
    return {
      Error: {
        ...{ Code: QUERY_CODE[error.code] ?? error.code, Message: error.message, Type: "Sender" },
        ...(QUERY_CODE[error.code] !== undefined && { QueryErrorCode: error.code }),
        ...(asRecorded(error.members) as object),
      },
      ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: error.status },
    };
  throw new Unavailable(`${operation} failed: ${error.code}: ${error.message}`);
}

function descend(root: Json, path: string): Json {
  let value: Json | undefined = root;
  for (const [, name, key] of path.matchAll(/\.([^.[\]]+)|\[([^\]]+)\]/g)) {
    if (name !== undefined)
      value = isArray(value)
        ? value.flatMap((entry) => (isObject(entry) && entry[name] !== undefined ? [entry[name]] : []))
        : isObject(value)
          ? value[name]
          : undefined;
    else if (key === "*") continue;
    else if (key?.includes("=")) value = pick(value, key);
    else value = isArray(value) ? value[Number(key)] : isObject(value) ? value[key ?? ""] : undefined;
    if (value === undefined) throw new Unavailable(`nothing at ${path}`);
  }
  return value ?? null;
}

function pick(value: Json | undefined, condition: string): Json | undefined {
  const [key = "", wanted] = condition.split("=");
  return isArray(value) ? value.find((entry) => isObject(entry) && entry[key] === wanted) : undefined;
}

function apply(filter: string, value: Json): Json {
  if (filter === "json") return typeof value === "string" ? (JSON.parse(value) as Json) : value;
  const split = /^split\(\\?"(.*?)\\?"\)\[(-?\d+)\]$/.exec(filter);
  if (split === null || typeof value !== "string") throw new Unavailable(`cannot apply ${filter}`);
  return value.split(split[1] ?? "").at(Number(split[2])) ?? null;
}
