import type { Environment } from "../lib/domain/environment.ts";
import { offboardPlan } from "../lib/domain/offboard.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import type { CostRange, FailedPlan, TenantPlan } from "../lib/domain/plan.ts";
import type { Tenant } from "../lib/domain/tenant.ts";
import { tenantStackName } from "../lib/domain/tenant-stack.ts";
import { offboardFacts } from "../lib/engine/offboard-facts.ts";
import type { PlannedCell } from "../lib/engine/plan-tenant.ts";
import type { Declarations, DeclaredTenant } from "../lib/ports/declarations.ts";

/**
 * Plans the end of a tenant whose file is gone: what goes, what stays and until when; or says why a merge would not remove it.
 *
 * @param before the tenant as the base branch declares it
 */
export async function planOffboarding(
  before: DeclaredTenant,
  {
    head,
    cells,
    cost,
  }: {
    readonly head: Declarations;
    readonly cells: (environment: Environment) => PlannedCell;
    readonly cost: (tenant: Tenant, environment: Environment) => CostRange;
  },
): Promise<TenantPlan | FailedPlan> {
  const { tenant, file } = before;
  const subject = {
    ...{ tenant: tenant.name, displayName: tenant.displayName, environment: tenant.environment, tier: tenant.tier },
    stack: tenantStackName(tenant),
    // The file is not in the pull request any more, so an annotation stands at its top.
    source: { file, line: 1 },
  };
  const environment = head.environments.get(tenant.environment);
  if (environment === undefined) {
    const cause = `environment ${tenant.environment} is gone as well, so nobody could remove ${tenant.name}; remove its tenants first`;
    return { ...subject, cause };
  }
  try {
    const plan = offboardPlan(subject, await offboardFacts(tenant.name, cells(environment)));
    return "cause" in plan ? plan : { ...plan, cost: { ...plan.cost, before: cost(tenant, environment) } };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { ...subject, cause: error.message };
  }
}
