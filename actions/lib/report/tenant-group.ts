/** Tenants that change in the same way are one thing to read: "same change in 12 tenants". */

import { fingerprint } from "../domain/fingerprint.ts";
import { refusals, type ServiceChange, type TenantPlan } from "../domain/plan.ts";
import { wordFor } from "./change-word.ts";
import { guardsAccess } from "./resource-area.ts";

export interface TenantGroup {
  /** By name; never empty. */
  readonly plans: readonly TenantPlan[];
  /** The plan to show: the tenant's own, or, for several, one with their names replaced by `‹tenant›`. */
  readonly shown: TenantPlan;
  readonly concern: Concern;
}

/** Why somebody should look, gravest first. */
export const concerns = [
  "refused",
  "data goes",
  "leaves",
  "removed or replaced",
  "access",
  "new",
  "modified",
  "services only",
  "unchanged",
] as const;

export type Concern = (typeof concerns)[number];

/** Plans grouped by what they do, the gravest and then the largest group first. */
export function groupPlans(plans: readonly TenantPlan[]): readonly TenantGroup[] {
  const groups = new Map<string, TenantPlan[]>();
  for (const plan of plans) {
    const { tenant: _tenant, ...change } = withoutNames(plan);
    const { environment, kind, resources, services, release, dangers } = change;
    const key = fingerprint({ environment, kind, resources, services, release, dangers });
    groups.set(key, [...(groups.get(key) ?? []), plan]);
  }
  return [...groups.values()].map(groupOf).sort(gravestFirst);
}

/** Why somebody should look at this plan. */
export function concernOf(plan: TenantPlan): Concern {
  const words = plan.resources.map(wordFor);
  if (refusals(plan).length > 0) return "refused";
  if (plan.dangers.length > 0) return "data goes";
  if (plan.kind === "offboard") return "leaves";
  if (words.some((word) => word === "remove" || word === "replace" || word === "may replace" || word === "undecided")) {
    return "removed or replaced";
  }
  if (plan.kind === "create") return "new";
  if (plan.resources.some(({ type }) => guardsAccess(type))) return "access";
  if (plan.resources.length > 0) return "modified";
  return plan.services.length > 0 ? "services only" : "unchanged";
}

function groupOf(plans: readonly TenantPlan[]): TenantGroup {
  const sorted = plans.toSorted((a, b) => compare(a.tenant, b.tenant));
  const [first] = sorted;
  if (first === undefined) throw new TypeError("a group has at least one tenant");
  return { plans: sorted, shown: sorted.length === 1 ? first : withoutNames(first), concern: concernOf(first) };
}

function gravestFirst(a: TenantGroup, b: TenantGroup): number {
  return (
    concerns.indexOf(a.concern) - concerns.indexOf(b.concern) ||
    b.plans.length - a.plans.length ||
    compare(a.shown.tenant, b.shown.tenant) ||
    compare(a.plans[0]?.tenant ?? "", b.plans[0]?.tenant ?? "")
  );
}

/** The plan with whatever only says which tenant it is taken out: its names, its physical ids, its file. */
function withoutNames(plan: TenantPlan): TenantPlan {
  const anonymous = (value: string): string =>
    replaceWord(replaceWord(value, plan.displayName, "‹display name›"), plan.tenant, "‹tenant›");
  return {
    ...plan,
    resources: plan.resources
      .map(({ physicalId: _physicalId, ...resource }) => ({
        ...resource,
        properties: resource.properties.map(({ before, after, ...property }) => ({
          ...property,
          ...(before !== undefined && { before: anonymous(before) }),
          ...(after !== undefined && { after: anonymous(after) }),
        })),
      }))
      .sort((a, b) => compare(a.logicalId, b.logicalId)),
    services: plan.services.map((change) => anonymousService(change, anonymous)),
  };
}

function anonymousService(change: ServiceChange, anonymous: (value: string) => string): ServiceChange {
  if (change.kind !== "reconfigure") return change;
  return { ...change, from: anonymous(change.from), to: anonymous(change.to) };
}

/** Every occurrence that is not a part of a longer word: the tenant `era` is not in `general`, but it is in `mate-era-media`. */
function replaceWord(value: string, word: string, replacement: string): string {
  if (word === "") return value;
  return value.replaceAll(word, (found, offset: number) => {
    const around = [value[offset - 1] ?? "", value[offset + word.length] ?? ""];
    return around.some((character) => /[a-z0-9]/i.test(character)) ? found : replacement;
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
