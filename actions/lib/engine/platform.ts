import type { Environment } from "../domain/environment.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { platformStackName } from "../domain/tenant-stack.ts";
import type { Stacks } from "../ports/stacks.ts";

/**
 * Outputs of the stack that an environment's tenants share.
 *
 * @throws OperatorError `no-platform` if it was never deployed
 */
export async function platformOutputs(
  environment: Environment,
  stacks: Stacks,
): Promise<Readonly<Record<string, string>>> {
  const name = platformStackName(environment);
  const stack = await stacks.find(name);
  if (stack === undefined) {
    throw new OperatorError(
      "no-platform",
      `there is no stack ${name} in account ${environment.account}, ${environment.region}; deploy infra/platform first (infra/README.md says how)`,
    );
  }
  return stack.outputs;
}
