import type { Environment } from "../lib/domain/environment.ts";
import type { FleetStatus } from "../lib/domain/fleet-status.ts";
import type { CostRange } from "../lib/domain/plan.ts";
import type { Tenant } from "../lib/domain/tenant.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import { fleetTenants } from "../lib/engine/status-fleet.ts";
import type { Cell } from "../lib/ports/cell.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Progress } from "../lib/ports/progress.ts";

export interface StatusRequest {
  readonly declarations: Declarations;
  /** Address of the repository. */
  readonly repository: string;
}

/** The status of every tenant of every environment that has tenants. */
export async function status(
  { declarations, repository }: StatusRequest,
  ports: {
    readonly cells: (environment: Environment) => Pick<Cell, "environment" | "stacks" | "services" | "records">;
    readonly cost: (tenant: Tenant, environment: Environment) => CostRange;
    readonly clock: Clock;
    readonly progress: Progress;
  },
): Promise<FleetStatus> {
  const used = new Set([...declarations.tenants.values()].map(({ tenant }) => tenant.environment));
  const environments = [...declarations.environments.values()].filter(({ name }) => used.has(name));
  const tenants = await Promise.all(
    environments.map(async ({ name }) => {
      const fleet = await selectFleet({ declarations, environment: name }, ports);
      return await fleetTenants(fleet, declarations, ({ tenant, environment }) => ports.cost(tenant, environment));
    }),
  );
  return {
    version: 1,
    at: ports.clock.now().toISOString(),
    repository,
    environments: environments.map(({ name, account, region, release }) => ({ name, account, region, release })),
    tenants: tenants.flat(),
  };
}
