import type { TenantPlan } from "../lib/domain/plan.ts";
import { planDigest } from "../lib/domain/plan.ts";
import type { PlanComment } from "../lib/domain/plan-view.ts";

/**
 * The plan for programs, as the action's output: what becomes of each tenant and how dangerous it is. Every changed value would be too
 * much, as GitHub takes an output of one megabyte at most (GitHub docs, "Defining outputs for jobs"); the record in the environment's
 * bucket has them all.
 */
export function planResult({ state, commit, expected, plan, problems, unsettled }: PlanComment): string {
  return JSON.stringify({
    state: state.state,
    commit,
    expected,
    problems,
    unsettled,
    tenants: plan?.plans.map(inShort) ?? [],
    failures: plan?.failures.map(({ tenant, environment, cause }) => ({ tenant, environment, cause })) ?? [],
  });
}

function inShort(plan: TenantPlan): object {
  const { tenant, environment, kind, fingerprint, release, cost, dangers, services, notes, resources } = plan;
  const actions = Object.entries(Object.groupBy(resources, ({ action }) => action));
  return {
    ...{ tenant, environment, kind, fingerprint, digest: planDigest(resources), release, cost, dangers, notes },
    resources: Object.fromEntries(actions.map(([action, those]) => [action, those.length])),
    services: services.map((change) => `${change.kind} ${change.service}`),
  };
}
