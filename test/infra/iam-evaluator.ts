/**
 * Decides whether IAM policies allow a call: explicit denial, then allowance, else refusal (IAM user guide, "Policy evaluation logic").
 * Understands what the templates use and refuses everything else, so a policy cannot pass because part of it was not understood.
 */
import { isList, isSection, type Section, type Value } from "../bed/aws/cloudformation/template/value.ts";

export interface Request {
  /** `ecs:UpdateService` */
  readonly action: string;
  /** ARN, or `*` for calls that know no resources. */
  readonly resource: string;
  /** Condition keys and their values in this request. Several values: a key such as aws:TagKeys. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export type Decision = "allowed" | "denied" | "not allowed";

type Context = NonNullable<Request["context"]>;

/** Decides over the statements of all policies of a principal together. */
export function decide(statements: readonly Section[], request: Request): Decision {
  const applying = statements.filter((statement) => applies(statement, request));
  if (applying.some(({ Effect }) => Effect === "Deny")) return "denied";
  return applying.some(({ Effect }) => Effect === "Allow") ? "allowed" : "not allowed";
}

/** Statements of a policy document. */
export function statementsOf(document: Value | undefined): readonly Section[] {
  if (!isSection(document) || !isList(document.Statement)) throw new Error("not a policy document");
  return document.Statement as readonly Section[];
}

/** Whether all of a statement's conditions hold in a request; also for trust policies, whose principals are compared elsewhere. */
export function conditionsHold(statement: Section, context: Context): boolean {
  const conditions = (statement.Condition ?? {}) as Section;
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys as Section).every(([key, expected]) =>
      holds(operator, { key, expected: texts(expected), context }),
    ),
  );
}

function applies(statement: Section, { action, resource, context = {} }: Request): boolean {
  for (const element of Object.keys(statement)) {
    if (!["Sid", "Effect", "Action", "Resource", "Condition", "Principal"].includes(element)) {
      throw new Error(`statement element ${element} is not understood`);
    }
  }
  const service = (pattern: string): boolean => like(pattern.toLowerCase(), action.toLowerCase());
  return (
    texts(statement.Action).some(service) &&
    texts(statement.Resource).some((pattern) => matches(pattern, resource, context)) &&
    conditionsHold(statement, context)
  );
}

function holds(
  operator: string,
  { key, expected, context }: { readonly key: string; readonly expected: readonly string[]; readonly context: Context },
): boolean {
  const [, set, base = "", ifExists] = /^(ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const every = set === "ForAllValues:";
  const given = context[key];
  if (base === "Null") return expected.includes(String(given === undefined));
  if (given === undefined) return ifExists !== undefined || every || base.includes("Not");
  const values = typeof given === "string" ? [given] : given;
  const one = (value: string): boolean => expected.some((pattern) => compare(base, pattern, { value, context }));
  switch (base) {
    case "StringEquals":
    case "StringLike":
    case "ArnEquals":
    case "ArnLike":
    case "Bool":
      return every ? values.every(one) : values.some(one);
    case "StringNotEquals":
    case "StringNotLike":
      return !values.some(one);
    default:
      throw new Error(`condition operator ${operator} is not understood`);
  }
}

function compare(
  operator: string,
  pattern: string,
  { value, context }: { readonly value: string; readonly context: Context },
): boolean {
  // ArnEquals and ArnLike behave alike (IAM user guide, "ARN condition operators").
  if (/Like$|^Arn/.test(operator)) return matches(pattern, value, context);
  return filledIn(pattern, context) === value;
}

/** A pattern with `*`, `?` and policy variables. A variable without a value makes the pattern match nothing. */
function matches(pattern: string, value: string, context: Context): boolean {
  const filled = filledIn(pattern, context);
  return filled !== undefined && like(filled, value);
}

function filledIn(pattern: string, context: Context): string | undefined {
  let known = true;
  const filled = pattern.replace(/\$\{([^}]+)\}/g, (_whole, key: string) => {
    const value = context[key];
    if (typeof value !== "string") known = false;
    return String(value);
  });
  return known ? filled : undefined;
}

function like(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(value);
}

function texts(value: Value | undefined): readonly string[] {
  if (value === undefined) throw new Error("statement without action or resource");
  return (isList(value) ? value : [value]).map((item) => {
    if (isSection(item)) throw new Error(`not a literal: ${JSON.stringify(item)}`);
    return String(item);
  });
}
