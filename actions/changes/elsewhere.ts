import type { Environment } from "../lib/domain/environment.ts";
import { settledPrefix, settledTenants } from "../lib/domain/settled.ts";
import { environmentsInUse } from "../lib/engine/environments-in-use.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Progress } from "../lib/ports/progress.ts";
import type { DueCell } from "./changes.ts";

/** A tenant whose file says another environment than the one where its stack, its data and its users are. */
export interface Elsewhere {
  readonly tenant: string;
  readonly environment: string;
  /** Environment it was deployed to. */
  readonly lives: string;
}

/** The tenants that an environment has, or once had and did not remove. */
export interface Known {
  readonly environment: string;
  readonly known: readonly string[];
}

/**
 * Of tenants that are due and were never deployed where their files say, those that were deployed to another environment and never left
 * it. A plan refuses the edit that makes one; merged past its check, a deployment would make the hospital anew, empty, and under another
 * address.
 */
export function deployedElsewhere(
  strangers: readonly { readonly tenant: string; readonly environment: string }[],
  environments: readonly Known[],
): readonly Elsewhere[] {
  return strangers.flatMap(({ tenant, environment }) => {
    const lives = environments.find((one) => one.environment !== environment && one.known.includes(tenant));
    return lives === undefined ? [] : [{ tenant, environment, lives: lives.environment }];
  });
}

/** What all environments know, for a deployment that looks at one of them only. */
export async function knownAnywhere(
  declarations: Declarations,
  ports: { readonly cells: (environment: Environment) => DueCell; readonly progress: Progress },
): Promise<readonly Known[]> {
  const names = await environmentsInUse(declarations, ports);
  const environments = [...declarations.environments.values()].filter(({ name }) => names.includes(name));
  return await Promise.all(
    environments.map(async (environment) => {
      const keys = await ports.cells(environment).records.list(settledPrefix);
      return { environment: environment.name, known: settledTenants(keys) };
    }),
  );
}

/** Why they are not deployed, and what mends it. */
export function elsewhereInWords(found: readonly Elsewhere[]): string {
  return found
    .map(
      ({ tenant, environment, lives }) =>
        `${tenant} is not deployed: its file says environment ${environment}, but its data is in ${lives}; put environment: ${lives} back, which an administrator has to merge past the plan's check as well, and do not remove the file, which would remove the tenant from ${lives}`,
    )
    .join("\n");
}
