import { AwsError } from "../../kernel.ts";
import type { Blueprint } from "../blueprint.ts";
import type { ChangeSet, Stack } from "../stack/state.ts";

/**
 * Refuses a change set whose name another one still has, naming what they differ in as AWS does
 * (github.com/aws-actions/aws-cloudformation-github-deploy issue 122, github.com/awslabs/landing-zone-accelerator-on-aws issue 342).
 *
 * @throws AwsError AlreadyExistsException
 */
export function checkNameIsFree(
  stack: Stack | undefined,
  wanted: { readonly name: string; readonly token: string | undefined; readonly blueprint: Blueprint },
): void {
  const taken = stack?.changeSets.find(
    ({ name, execution }) => name === wanted.name && !execution.startsWith("EXECUTE_"),
  );
  if (taken === undefined) return;
  const attribute = mismatch(taken, wanted);
  throw new AwsError(
    "AlreadyExistsException",
    attribute === undefined
      ? `ChangeSet ${wanted.name} already exists`
      : `ChangeSet ${wanted.name} cannot be created due to a mismatch with existing attribute ${attribute}`,
  );
}

function mismatch(
  { blueprint, token }: ChangeSet,
  wanted: { readonly token: string | undefined; readonly blueprint: Blueprint },
): string | undefined {
  if (blueprint.text.body !== wanted.blueprint.text.body) return "Template";
  if (parametersText(blueprint) !== parametersText(wanted.blueprint)) return "Parameters";
  return token === wanted.token ? undefined : "ClientToken";
}

function parametersText({ parameters }: Blueprint): string {
  return JSON.stringify([...parameters.values()].map(({ name, text }) => [name, text]));
}
