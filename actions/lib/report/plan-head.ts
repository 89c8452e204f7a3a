/** The first three lines of the comment: what changes, how dangerous it is, what to do next. For each moment of a pull request's life. */

import { byTenant, isUnsettled, type StageOutcome, type TenantOutcome } from "../domain/outcome.ts";
import { refusals, type TenantPlan } from "../domain/plan.ts";
import { heading, paragraph } from "./block.ts";
import { names, wordFor } from "./change-word.ts";
import { duration } from "./figures.ts";
import { type Block, code, type Inline, join, link, md, strong, text } from "./markdown.ts";
import { missingTenants, type PlanComment } from "./plan-view.ts";
import { counted } from "./resource-area.ts";

/** How many tenants the head names before it counts them. */
const named = 3;

/** Heading, danger and next step. Its length does not grow with the plan's. */
export function planHead(input: PlanComment): readonly Block[] {
  return [heading(3, title(input)), paragraph(danger(input), md`**Next:** ${next(input)}`)];
}

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
        ? md`Deployed to ${counted(healthy(state.outcomes), "tenant")} ${took}`
        : md`Deployed to ${healthy(state.outcomes)} of ${tenantCount(input)} ${took}: ${few(unsettled)} not settled`;
    }
    case "stopped":
      return md`Deployment stopped in wave ${state.wave} of ${state.waves}${troubled(state.outcomes)}`;
    case "failed":
      return md`${state.during === "planning" ? "Planning" : "Deployment"} failed`;
  }
}

/** How dangerous it is before the merge, how bad it is after it. */
function danger(input: PlanComment): Inline {
  const { state } = input;
  switch (state.state) {
    case "planning":
      return md`**Danger:** not known yet.`;
    case "planned":
    case "stale":
      return plannedDanger(input);
    case "fork":
      return md`**Danger:** not known. Code from a fork never runs where credentials are, so no change set was made.`;
    case "closed":
      return md`**Danger:** none. The change sets of this pull request are deleted.`;
    case "deploying":
    case "deployed":
      return broken(state.outcomes);
    case "stopped":
      return md`**Stopped because** ${state.because}. ${broken(state.outcomes)}`;
    case "failed":
      return md`**Cause:** ${state.because}`;
  }
}

function plannedDanger(input: PlanComment): Inline {
  const { plans = [], failures = [] } = input.plan ?? {};
  const unknown = failures.length + missingTenants(input).length;
  const blind = unknown === 0 ? md`` : md` ${strong(`Not known for ${counted(unknown, "more tenant")}`)}: not planned.`;
  const dangers = plans.flatMap((plan) => plan.dangers);
  const refused = plans.filter((plan) => refusals(plan).length > 0);
  if (refused.length > 0) {
    const count = counted(refused.flatMap(refusals).length, "resource");
    return md`**Danger: ${count} holding data would be removed or replaced** in ${few(refused)}, and nobody allowed it.${blind}`;
  }
  if (dangers.length > 0) {
    const where = few(plans.filter((plan) => plan.dangers.length > 0));
    return md`**Danger: ${counted(dangers.length, "resource")} holding data will be removed or replaced** in ${where}, as the tenant file allows.${blind}`;
  }
  if (plans.length === 0 && unknown > 0) return md`**Danger:** not known, because nothing could be planned.`;
  if (plans.length === 0) return input.problems.length > 0 ? md`**Danger:** not known.` : md`**Danger:** none.`;
  const gone = plans.flatMap(({ resources }) => resources).filter((change) => !harmless(wordFor(change)));
  return gone.length === 0
    ? md`**Danger: none.** Nothing is removed or replaced.${blind}`
    : md`**Danger: low.** Nothing that holds data goes; ${counted(gone.length, "other resource")} may be removed or replaced.${blind}`;
}

function next(input: PlanComment): Inline {
  const { state, links } = input;
  const run = link("the run", links.run);
  switch (state.state) {
    case "planning":
      return md`wait; this comment shows the plan as soon as it is made. Progress: ${run}.`;
    case "stale":
      return md`wait; it is being planned again, because ${state.because}.`;
    case "fork":
      return input.problems.length > 0
        ? md`mend ${counted(input.problems.length, "file problem")} shown below.`
        : md`somebody with write access pushes the branch to this repository; then it is planned.`;
    case "closed":
      return md`nothing. Opened again, it is planned again.`;
    case "planned":
      return nextOfPlan(input);
    case "deploying":
      return md`nothing to do while it runs. Progress: ${run}.`;
    case "deployed":
    case "stopped":
      return nextOfDeployment(state.outcomes, state.state);
    case "failed":
      return state.during === "planning"
        ? md`see ${run}, mend the cause, then ${code("/plan")}.`
        : md`see ${run}, mend the cause, then start the deployment again: it goes on where it stopped.`;
  }
}

function nextOfPlan(input: PlanComment): Inline {
  const { plans = [], failures = [] } = input.plan ?? {};
  const missing = missingTenants(input);
  const [refused] = plans.filter((plan) => refusals(plan).length > 0);
  if (input.problems.length > 0)
    return md`mend ${counted(input.problems.length, "file problem")} shown below and push.`;
  if (refused !== undefined) {
    const what = few(
      refusals(refused).map(({ logicalId }) => ({ tenant: logicalId })),
      code,
    );
    return md`change ${code(refused.source.file)} so that it stays, or name ${what} under ${code("allowDestruction")} there, with a reason.`;
  }
  if (failures.length > 0) return md`mend the cause shown below and push, or ${code("/plan")} once it is gone.`;
  if (missing.length > 0)
    return md`${code("/plan")}: ${counted(missing.length, "tenant")} should have been planned and ${missing.length === 1 ? "was" : "were"} not.`;
  if (plans.length === 0) return md`merge when you like; nothing is deployed.`;
  return md`merge to apply exactly this plan, canaries first. A new plan: ${code("/plan")}`;
}

function nextOfDeployment(outcomes: readonly StageOutcome[], state: "deployed" | "stopped"): Inline {
  const commands = [
    ...new Set(
      outcomes.flatMap(({ outcome, next }) => (outcome === "failed" || outcome === "held" ? (next ?? []) : [])),
    ),
  ];
  if (commands.length > 0) return md`mend the cause and merge, or ${join(commands.slice(0, 2).map(code), " · ")}`;
  return state === "stopped"
    ? md`mend the cause and merge; the next deployment takes up what was not started.`
    : md`nothing. Everything runs as the files say.`;
}

function planned(input: PlanComment, what: string): Inline {
  const { plans = [], failures = [] } = input.plan ?? {};
  const lost = failures.length + missingTenants(input).length;
  const failed = lost === 0 ? md`` : md`, ${lost} could not be planned`;
  if (plans.length === 0 && lost === 0) {
    return input.problems.length > 0
      ? md`No plan: ${counted(input.problems.length, "file problem")}`
      : md`${what}: no tenant is affected`;
  }
  const kinds = { create: "new", change: "changing", offboard: "leaving", unchanged: "unchanged after all" } as const;
  const alone = plans.length === 1 ? plans[0] : undefined;
  if (alone !== undefined) return md`${what}: ${alone.tenant} is ${kinds[alone.kind]}${release([alone])}${failed}`;
  const parts = (["create", "change", "offboard", "unchanged"] as const).flatMap((kind) => {
    const count = plans.filter((plan) => plan.kind === kind).length;
    return count === 0 ? [] : [md`${count} ${kinds[kind]}`];
  });
  return md`${what}: ${counted(plans.length, "tenant")}${plans.length === 0 ? md`` : md`, ${join(parts, ", ")}`}${release(plans)}${failed}`;
}

/** The release everybody moves to, if it is one move. */
function release(plans: readonly TenantPlan[]): Inline {
  const moves = new Set(
    plans.flatMap(({ release: { from, to } }) => (from !== undefined && from !== to ? [`${from} → ${to}`] : [])),
  );
  const [move] = moves;
  return moves.size === 1 && move !== undefined ? md`, ${move}` : md``;
}

function broken(outcomes: readonly StageOutcome[]): Inline {
  const unsettled = unsettledIn(outcomes);
  if (unsettled.length === 0) return md`**Failed: none.**`;
  const first = unsettled[0]?.stages.find(({ outcome }) => outcome === "failed" || outcome === "held");
  const cause =
    first?.cause === undefined ? md`` : md` First cause, in ${first.stage} of ${first.tenant}: ${first.cause}.`;
  return md`**Not settled: ${counted(unsettled.length, "tenant")}.**${cause}`;
}

function troubled(outcomes: readonly StageOutcome[]): Inline {
  const tenants = byTenant(outcomes);
  const unsettled = tenants.filter(isUnsettled);
  const waiting = tenants.filter(({ outcome }) => outcome === "skipped").length;
  return md`${unsettled.length === 0 ? md`` : md`: ${few(unsettled)} not settled`}${waiting === 0 ? md`` : md`, ${waiting} not started`}`;
}

function healthy(outcomes: readonly StageOutcome[]): number {
  return byTenant(outcomes).filter(({ outcome }) => outcome === "changed" || outcome === "unchanged").length;
}

function unsettledIn(outcomes: readonly StageOutcome[]): readonly TenantOutcome[] {
  return byTenant(outcomes).filter(isUnsettled);
}

function tenantCount(input: PlanComment): number {
  const { state } = input;
  const seen = "outcomes" in state && state.outcomes !== undefined ? byTenant(state.outcomes).length : 0;
  return Math.max(seen, input.plan?.plans.length ?? 0);
}

function few(tenants: readonly { readonly tenant: string }[], as: (name: string) => Inline = text): Inline {
  return names(
    tenants.map(({ tenant }) => as(tenant)),
    named,
  );
}

function harmless(word: ReturnType<typeof wordFor>): boolean {
  return word === "add" || word === "modify" || word === "import" || word === "sync";
}
