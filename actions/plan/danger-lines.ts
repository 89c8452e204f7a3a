import { dangerCauses } from "../lib/domain/danger-cause.ts";
import type { TenantPlan } from "../lib/domain/plan.ts";
import type { DeclaredTenant } from "../lib/ports/declarations.ts";
import type { Affected } from "./affected.ts";

/** A plan that knows on which lines of the tenant's file its dangers were caused, as far as the file caused them. */
export function withDangerLines(
  plan: TenantPlan,
  { before, after }: Pick<Affected, "before"> & { readonly after: DeclaredTenant },
  sources: Parameters<typeof dangerCauses>[2],
): TenantPlan {
  if (before === undefined || plan.dangers.length === 0) return plan;
  const causes = dangerCauses(plan.dangers, { before: before.tenant, after: after.tenant }, sources);
  const lines = [...causes].map(([logicalId, path]) => [logicalId, after.locate(path).line] as const);
  return { ...plan, dangerLines: Object.fromEntries(lines) };
}
