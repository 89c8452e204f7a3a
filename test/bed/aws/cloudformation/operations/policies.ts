import type { Operation } from "../../kernel.ts";
import { checkPolicy } from "../stack/policy.ts";
import { refuse } from "../template/read.ts";
import { needStack, type Where } from "./find.ts";
import { fetchText } from "./s3-object.ts";

/** SetStackPolicy and GetStackPolicy, in a world. */
export function policyOperations(world: Where["world"]): Readonly<Record<string, Operation>> {
  return {
    SetStackPolicy: async (input: { StackName: string; StackPolicyBody?: string; StackPolicyURL?: string }, call) => {
      const stack = needStack(input.StackName, { world, call }, "in brackets");
      stack.policy = await policyBody(input.StackPolicyBody, input.StackPolicyURL, { world, call });
      return {};
    },
    GetStackPolicy: (input: { StackName: string }, call) => {
      const stack = needStack(input.StackName, { world, call }, "in brackets");
      const body = stack.policyDuringUpdate ?? stack.policy;
      return body === undefined ? {} : { StackPolicyBody: body };
    },
  };
}

/**
 * A policy given as text, checked; undefined if none is given.
 *
 * @throws AwsError ValidationError for a bad policy, or one given twice
 */
export async function policyBody(
  body: string | undefined,
  url: string | undefined,
  where: Where,
): Promise<string | undefined> {
  if (body !== undefined && url !== undefined) refuse("You cannot specify both StackPolicyURL and StackPolicyBody");
  if (body === "")
    refuse(
      "1 validation error detected: Value '' at 'stackPolicyBody' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  const text = url === undefined ? body : await fetchText(url, where);
  if (text !== undefined) checkPolicy(text);
  return text;
}
