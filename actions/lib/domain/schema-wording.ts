/**
 * What zod finds, in our words: lowercase, naming the key, the wrong value and what is allowed.
 */

import type * as z from "zod";
import { either, show } from "./wording.ts";

/** Zod's question "how do I word this?"; an `error` written at the schema itself goes first. */
export function wording(issue: z.core.$ZodRawIssue): string | undefined {
  const step = issue.path?.at(-1) ?? "the file";
  const key = typeof step === "number" ? "an item" : String(step);
  if (issue.input === undefined && issue.code !== "unrecognized_keys") return `${key} is missing`;
  if (issue.input === null) return `${key} has no value; write one or remove the line`;
  const got = `got ${show(issue.input)}`;
  switch (issue.code) {
    case "invalid_type":
      return `${key} must be ${kinds[issue.expected] ?? issue.expected}, ${got}${unquoted(issue.expected, issue.input)}`;
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

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping (key: value)",
  record: "a mapping (key: value)",
  array: "a list",
};

/** YAML reads `17.10` as the number 17.1: what is meant as text has to be quoted. */
function unquoted(expected: string, input: unknown): string {
  return expected === "string" && (typeof input === "number" || typeof input === "boolean") ? "; put it in quotes" : "";
}

function bound(which: "at least" | "at most", limit: number, origin: string): string {
  if (origin === "string") return `must have ${which} ${limit} ${limit === 1 ? "character" : "characters"}`;
  if (origin === "array" || origin === "set") return `must have ${which} ${limit} ${limit === 1 ? "item" : "items"}`;
  return `must be ${which} ${limit}`;
}
