import { OperatorError } from "../../domain/operator-error.ts";
import { formatProblem } from "../../domain/problem.ts";
import type { Declared } from "../../domain/provision.ts";
import { loadRepository } from "./repository.ts";

/**
 * What the checkout at `root` declares, for a new tenant to fit in.
 *
 * @throws OperatorError `file-problems` if a file is wrong: a number that looks free could be taken by a file nobody can read
 */
export async function loadDeclared(root: string): Promise<Declared> {
  const { tiers, environments, tenants, problems } = await loadRepository(root);
  if (problems.length > 0) {
    throw new OperatorError(
      "file-problems",
      `no tenant is added while files have problems:\n${problems.map(formatProblem).join("\n")}`,
    );
  }
  return {
    tiers: new Map([...tiers].map(([name, { tier }]) => [name, tier])),
    environments: [...environments.values()].map(({ environment }) => environment),
    tenants: [...tenants.values()].map(({ file }) => file),
  };
}
