/** The title of a pull request's plan: what changes, and how far it has come. */

import { byTenant, isUnsettled, type StageOutcome, type TenantOutcome } from "../domain/outcome.ts";
import { refusals, type TenantPlan } from "../domain/plan.ts";
import { names } from "./enumeration.ts";
import { duration } from "./figures.ts";
import { type Inline, join, md } from "./markdown.ts";
import { missingTenants, type PlanComment } from "./plan-view.ts";
import { counted } from "./resource-area.ts";
import { clip } from "./visible.ts";

/** How many tenants the head names before it counts them, and how much of a name it shows: the head must always fit. */
export const named = 3;
const longestName = 60;

/** What changes, and where we are with it, as one line without Markdown of its own: also the check's title. */
export function title(input: PlanComment): Inline {
  const { state } = input;
  switch (state.state) {
    case "planning":
      return input.expected.length === 0 ? md`Planning …` : md`Planning ${counted(input.expected.length, "tenant")} …`;
    case "planned":
      return planned(input, "Plan");
    case "stale":
      return planned(input, "Stale plan");
    case "fork":
      return md`Fork: files checked, nothing planned`;
    case "closed":
      return md`Closed without a merge: nothing was deployed`;
    case "deploying":
      return md`Deploying wave ${state.wave} of ${state.waves}: ${healthy(state.outcomes)} of ${tenantCount(input)} healthy`;
    case "deployed": {
      const unsettled = unsettledIn(state.outcomes);
      const took = `in ${duration(state.durationMs)}`;
      return unsettled.length === 0
        ? md`Deployed ${done(state.outcomes)} ${took}`
        : md`Deployed to ${healthy(state.outcomes)} of ${tenantCount(input)} ${took}: ${few(unsettled)} not settled`;
    }
    case "stopped":
      return md`Deployment stopped in wave ${state.wave} of ${state.waves}${troubled(state.outcomes)}`;
    case "failed":
      return md`${state.during === "planning" ? "Planning" : "Deployment"} failed`;
  }
}

function planned(input: PlanComment, what: string): Inline {
  const { plans = [], failures = [] } = input.plan ?? {};
  const lost = failures.length + missingTenants(input).length;
  if (plans.length === 0 && lost > 0) return md`${what}: ${counted(lost, "tenant")} could not be planned`;
  const failed = md`${lost === 0 ? md`` : md`, ${lost} could not be planned`}${notAllowed(plans)}`;
  if (plans.length === 0) {
    return input.problems.length > 0
      ? md`No plan: ${counted(input.problems.length, "file problem")}`
      : md`${what}: no tenant is affected`;
  }
  const kinds = { create: "new", change: "changing", offboard: "leaving", unchanged: "unchanged after all" } as const;
  const alone = plans.length === 1 ? plans[0] : undefined;
  if (alone !== undefined)
    return md`${what}: ${short(alone.tenant)} is ${kinds[alone.kind]}${release([alone])}${failed}`;
  const parts = (["create", "change", "offboard", "unchanged"] as const).flatMap((kind) => {
    const count = plans.filter((plan) => plan.kind === kind).length;
    return count === 0 ? [] : [{ count, word: kinds[kind] }];
  });
  const [only] = parts.length === 1 ? parts : [];
  const tenants =
    only === undefined
      ? md`${counted(plans.length, "tenant")}, ${join(
          parts.map(({ count, word }) => md`${count} ${word}`),
          ", ",
        )}`
      : md`${only.count} tenants ${only.word}`;
  return md`${what}: ${tenants}${release(plans)}${failed}`;
}

function notAllowed(plans: readonly TenantPlan[]): Inline {
  const refused = plans.flatMap(refusals).length;
  return refused === 0 ? md`` : md`: ${counted(refused, "danger")} not allowed`;
}

/** The release everybody moves to, if all make the same move. */
function release(plans: readonly TenantPlan[]): Inline {
  const moves = new Set(
    plans.map(({ release: { from, to } }) =>
      from === undefined || from === to ? "" : `${short(from)} → ${short(to)}`,
    ),
  );
  const [move = ""] = moves;
  return moves.size === 1 && move !== "" ? md`, ${move}` : md``;
}

function troubled(outcomes: readonly StageOutcome[]): Inline {
  const tenants = byTenant(outcomes);
  const unsettled = tenants.filter(isUnsettled);
  const waiting = tenants.filter(({ outcome }) => outcome === "skipped").length;
  return md`${unsettled.length === 0 ? md`` : md`: ${few(unsettled)} not settled`}${waiting === 0 ? md`` : md`, ${waiting} not started`}`;
}

/** Up to three hospitals by name, more by number. */
function done(outcomes: readonly StageOutcome[]): Inline {
  const tenants = byTenant(outcomes).filter(({ outcome }) => outcome === "changed" || outcome === "unchanged");
  return tenants.length === 0 || tenants.length > named ? md`to ${counted(tenants.length, "tenant")}` : few(tenants);
}

function healthy(outcomes: readonly StageOutcome[]): number {
  return byTenant(outcomes).filter(({ outcome }) => outcome === "changed" || outcome === "unchanged").length;
}

/** Tenants that a deployment left other than their files say, worst first. */
export function unsettledIn(outcomes: readonly StageOutcome[]): readonly TenantOutcome[] {
  return byTenant(outcomes).filter(isUnsettled);
}

function tenantCount(input: PlanComment): number {
  const { state } = input;
  const seen = "outcomes" in state && state.outcomes !== undefined ? byTenant(state.outcomes).length : 0;
  return Math.max(seen, input.plan?.plans.length ?? 0);
}

/** A few of the tenants by name. */
export function few(tenants: readonly { readonly tenant: string }[]): Inline {
  return names(
    tenants.map(({ tenant }) => short(tenant)),
    named,
  );
}

/** A name cut to what the head of a report can always hold. */
export function short(name: string): string {
  return clip(name, longestName);
}
