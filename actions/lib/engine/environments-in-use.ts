import type { Environment } from "../domain/environment.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { platformStackName } from "../domain/tenant-stack.ts";
import type { Cell } from "../ports/cell.ts";
import type { Declarations } from "../ports/declarations.ts";
import type { Progress } from "../ports/progress.ts";
import { fileProblems } from "./select-fleet.ts";

/**
 * Names of the environments that something may run in: those with tenants, and those without that were set up once, because the file of
 * their last tenant may just be gone. One that is only declared, so that there is no role to take or no platform, is left out.
 *
 * @throws OperatorError `file-problems`: a tenant whose file cannot be read is not one that is gone
 */
export async function environmentsInUse(
  declarations: Declarations,
  {
    cells,
    progress,
  }: {
    readonly cells: (environment: Environment) => Pick<Cell, "stacks">;
    readonly progress: Progress;
  },
): Promise<readonly string[]> {
  if (declarations.problems.length > 0) throw fileProblems(declarations);
  const withTenants = new Set([...declarations.tenants.values()].map(({ tenant }) => tenant.environment));
  const used = await Promise.all(
    [...declarations.environments.values()].map(async (environment) => {
      if (withTenants.has(environment.name)) return [environment.name];
      const why = await whyUnused(environment, cells);
      if (why === undefined) return [environment.name];
      progress.say(`${environment.name}: has no tenants and is not looked at, because ${why}`);
      return [];
    }),
  );
  return used.flat();
}

async function whyUnused(
  environment: Environment,
  cells: (environment: Environment) => Pick<Cell, "stacks">,
): Promise<string | undefined> {
  const platform = platformStackName(environment);
  try {
    const stack = await cells(environment).stacks.find(platform);
    return stack === undefined ? `there is no stack ${platform}` : undefined;
  } catch (error) {
    if (error instanceof OperatorError && error.reasonCode === "cannot-assume-role") return error.message;
    throw error;
  }
}
