/** Whether a role's trust policy lets somebody assume it. */

export interface Asking {
  readonly action: "sts:AssumeRole" | "sts:AssumeRoleWithWebIdentity" | "sts:TagSession";
  /** ARNs and account principals that stand for the caller, or the ARN of the identity provider. */
  readonly principals: readonly string[];
  readonly principalType: "AWS" | "Federated";
  /** Condition keys in lower case with their values. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** True if a statement allows what is asked and none denies it. An operator that is not known here matches nothing. */
export function trusts(policy: unknown, asking: Asking): boolean {
  const statements = list((policy as { readonly Statement?: unknown }).Statement) as readonly Statement[];
  const applying = statements.filter((statement) => applies(statement, asking));
  return applying.some(({ Effect }) => Effect === "Allow") && !applying.some(({ Effect }) => Effect === "Deny");
}

function applies(statement: Statement, asking: Asking): boolean {
  const actions = list(statement.Action).map(String);
  if (!actions.some((action) => like(action.toLowerCase(), asking.action.toLowerCase()))) return false;
  const principals =
    statement.Principal === "*" ? ["*"] : list(statement.Principal?.[asking.principalType]).map(String);
  if (!principals.some((principal) => principal === "*" || asking.principals.includes(principal))) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, tests]) =>
    Object.entries(tests).every(([key, wanted]) =>
      holds(operator, asking.context[key.toLowerCase()], list(wanted).map(String)),
    ),
  );
}

function holds(operator: string, given: readonly string[] | undefined, wanted: readonly string[]): boolean {
  const [, quantifier, name = operator, ifExists] =
    /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === "Null") return (given === undefined) === (wanted[0] === "true");
  if (given === undefined)
    return ifExists !== undefined || quantifier === "ForAllValues" || name.startsWith("StringNot");
  const test = comparisons[name];
  if (test === undefined) return false;
  const meets = (value: string): boolean =>
    name.startsWith("StringNot") ? wanted.every((one) => test(one, value)) : wanted.some((one) => test(one, value));
  return quantifier === "ForAnyValue" ? given.some(meets) : given.every(meets);
}

const comparisons: Readonly<Record<string, (wanted: string, value: string) => boolean>> = {
  StringEquals: (wanted, value) => wanted === value,
  StringNotEquals: (wanted, value) => wanted !== value,
  StringEqualsIgnoreCase: (wanted, value) => wanted.toLowerCase() === value.toLowerCase(),
  StringLike: like,
  StringNotLike: (wanted, value) => !like(wanted, value),
  ArnEquals: like,
  ArnLike: like,
  Bool: (wanted, value) => wanted.toLowerCase() === value.toLowerCase(),
};

/** Patterns of IAM: `*` is any text, `?` one character. */
function like(pattern: string, value: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${escaped}$`, "s").test(value);
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
