/** What of the affected tenants was planned. */

import type { PlanComment } from "../domain/plan-view.ts";
import { counted } from "./resource-area.ts";

export type { HistoryEntry, PlanComment, PlanState, UnsettledTenant } from "../domain/plan-view.ts";

/** Tenants that had to be planned and are neither planned nor reported as failed. Never empty without a bug or a lost job. */
export function missingTenants({ expected, plan }: Pick<PlanComment, "expected" | "plan">): readonly string[] {
  if (plan === undefined) return [];
  const seen = new Set([...plan.plans, ...plan.failures].map(({ tenant }) => tenant));
  return expected.filter((tenant) => !seen.has(tenant));
}

/** `3 of 3 tenants planned`; a difference between the two numbers is never green. */
export function plannedOfExpected({ expected, plan }: Pick<PlanComment, "expected" | "plan">): string {
  const planned = plan?.plans.length ?? 0;
  const due = Math.max(expected.length, planned + (plan?.failures.length ?? 0));
  return `${planned.toLocaleString("en-US")} of ${counted(due, "tenant")} planned`;
}
