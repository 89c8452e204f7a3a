import type { DeclaredResource } from "../blueprint.ts";
import { refuse } from "../template/read.ts";
import { isSection, type Section, type Value } from "../template/value.ts";
import type { Stack } from "./state.ts";

export type UpdateAction = "Update:Modify" | "Update:Replace" | "Update:Delete";

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Principal: unknown;
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: {
    readonly StringEquals?: { readonly ResourceType?: string | readonly string[] };
    readonly StringLike?: { readonly ResourceType?: string | readonly string[] };
  };
}

/**
 * Checks the text of a stack policy.
 *
 * @throws AwsError ValidationError "Error validating stack policy: Invalid stack policy"
 */
export function checkPolicy(body: string): void {
  const policy = parsed(body);
  if (Object.keys(policy).length === 0) return;
  if (policy.Statement === undefined) invalid();
  for (const statement of statementsOf(body)) {
    const everybody =
      statement.Principal === "*" ||
      (isSection(statement.Principal as Value) && JSON.stringify(statement.Principal) === '{"AWS":"*"}');
    const actions = [statement.Action ?? statement.NotAction ?? []].flat();
    const known =
      actions.length > 0 && actions.every((action) => /^(\*|Update:(\*|Modify|Replace|Delete))$/.test(action));
    const named = statement.Resource !== undefined || statement.NotResource !== undefined;
    if (!everybody || !known || !named || !["Allow", "Deny"].includes(statement.Effect)) invalid();
  }
}

function invalid(): never {
  return refuse("Error validating stack policy: Invalid stack policy");
}

function parsed(body: string): Section {
  try {
    const policy = JSON.parse(body) as Value;
    return isSection(policy) ? policy : invalid();
  } catch (cause) {
    if (cause instanceof SyntaxError) return invalid();
    throw cause;
  }
}

/**
 * Why the stack's policy forbids an action on a resource, undefined if it does not. With a policy, what no statement allows is
 * forbidden, and a Deny outweighs every Allow.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
 */
export function denial(stack: Stack, { logicalId, type }: DeclaredResource, action: UpdateAction): string | undefined {
  const body = stack.policyDuringUpdate ?? stack.policy;
  if (body === undefined || body.trim() === "{}") return undefined;
  const applying = statementsOf(body)
    .map((statement, index) => ({ statement, number: index + 1 }))
    .filter(({ statement }) => applies(statement, { logicalId, type, action }));
  const deny = applying.find(({ statement }) => statement.Effect === "Deny");
  if (deny !== undefined)
    return `Action denied by stack policy: Statement [#${deny.number}] does not allow [${action}] for resource [LogicalResourceId/${logicalId}]`;
  if (applying.length > 0) return undefined;
  return `Action not allowed by stack policy: no statement allows [${action}] for resource [LogicalResourceId/${logicalId}]`;
}

function statementsOf(body: string): readonly Statement[] {
  const policy = JSON.parse(body) as { readonly Statement?: Statement | readonly Statement[] };
  return [policy.Statement ?? []].flat() as readonly Statement[];
}

function applies(
  statement: Statement,
  { logicalId, type, action }: { logicalId: string; type: string; action: UpdateAction },
): boolean {
  const actionFits = (patterns: string | readonly string[] | undefined): boolean =>
    [patterns ?? []].flat().some((pattern) => matches(pattern, action));
  if (statement.Action !== undefined ? !actionFits(statement.Action) : actionFits(statement.NotAction)) return false;
  const resourceFits = (patterns: string | readonly string[] | undefined): boolean =>
    [patterns ?? []].flat().some((pattern) => pattern === "*" || matches(pattern, `LogicalResourceId/${logicalId}`));
  if (statement.Resource !== undefined ? !resourceFits(statement.Resource) : resourceFits(statement.NotResource))
    return false;
  const types = statement.Condition?.StringEquals?.ResourceType ?? statement.Condition?.StringLike?.ResourceType;
  return types === undefined || [types].flat().some((pattern) => matches(pattern, type));
}

function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${expression}$`).test(text);
}
