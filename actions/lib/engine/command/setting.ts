import type { Environment } from "../../domain/environment.ts";
import { clusterName } from "../../domain/environment-names.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import type { ServiceRole } from "../../domain/service.ts";
import type { ObservedService } from "../../domain/service-changes.ts";
import type { Tenant } from "../../domain/tenant.ts";
import { type TenantTemplate, tenantStackName } from "../../domain/tenant-stack.ts";
import type { Cell } from "../../ports/cell.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DatabasePower } from "../../ports/database-power.ts";
import type { Insight } from "../../ports/metrics.ts";
import type { Progress } from "../../ports/progress.ts";
import { observeServices } from "../observe-services.ts";

/** An environment's AWS as a command uses it: for one tenant, and behind its lease where it changes something. */
export type CommandCell = Cell & { readonly insight: Insight; readonly databases: DatabasePower };

/** Where a command works, and for whom. */
export interface Setting {
  /** As its file on the default branch says, and as it is to run now, overrides included. */
  readonly file: Tenant;
  readonly tenant: Tenant;
  readonly environment: Environment;
  readonly template: TenantTemplate;
  readonly cell: CommandCell;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly operation: string;
  /** GitHub login of who asked. */
  readonly by: string;
  /**
   * To be called before the first change, with what of the present the rest depends on: what the reply and the journal tell as before.
   * Where a run goes on with an operation that another began, it gives what that one saw.
   */
  readonly firstSight: (seen: Readonly<Record<string, string>>) => Promise<Readonly<Record<string, string>>>;
  /** To be called with what a later run of this operation has to know of what this one does. */
  readonly remember: (more: Readonly<Record<string, string>>) => Promise<void>;
}

/** How long tasks may take to start and to be healthy, or to end, in milliseconds. */
export const patienceMs = 20 * 60_000;

/** Name of a tenant's service in its cluster. */
export function serviceName(tenant: Tenant, role: ServiceRole): string {
  return `${tenantStackName(tenant)}-${role}`;
}

/**
 * The tenant's services of these roles as they run, in the order given.
 *
 * @throws OperatorError `no-service` naming those that do not exist
 */
export async function servicesOf(
  { tenant, environment, cell }: Pick<Setting, "tenant" | "environment" | "cell">,
  roles: readonly ServiceRole[],
): Promise<readonly (ObservedService & { readonly role: ServiceRole })[]> {
  const names = roles.map((role) => ({ role, name: serviceName(tenant, role) }));
  const observed = await observeServices(clusterName(environment), names, cell.services);
  const found = names.flatMap(({ role, name }) => {
    const service = observed.find((one) => one.service.name === name);
    return service === undefined ? [] : [{ ...service, role }];
  });
  if (found.length === roles.length) return found;
  const missing = roles.filter((role) => !found.some((one) => one.role === role));
  throw new OperatorError(
    "no-service",
    `${tenant.name} has no service ${missing.join(", ")} in ${environment.name} yet; deploy it first: /retry ${tenant.name}`,
  );
}
