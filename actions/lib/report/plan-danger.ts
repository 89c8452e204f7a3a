/** One sentence on how dangerous a plan is, and after the merge on what is broken. */

import type { StageOutcome } from "../domain/outcome.ts";
import { refusals } from "../domain/plan.ts";
import { wordFor } from "./change-word.ts";
import { type Inline, md, strong } from "./markdown.ts";
import { few, short, unsettledIn } from "./plan-title.ts";
import { missingTenants, type PlanComment } from "./plan-view.ts";
import { counted } from "./resource-area.ts";

/** How dangerous it is before the merge, how bad it is after it. */
export function danger(input: PlanComment): Inline {
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
  const blind =
    unknown === 0 ? md`` : md` ${strong(`Not known for ${counted(unknown, "other tenant")}`)}: not planned.`;
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
  const known =
    gone.length === 0
      ? md`Nothing is removed or replaced`
      : md`Nothing that holds data goes; ${counted(gone.length, "other resource")} may be removed or replaced`;
  if (unknown > 0) return md`**Danger: not known for ${counted(unknown, "tenant")}**. ${known} in the planned ones.`;
  return gone.length === 0 ? md`**Danger: none.** ${known}.` : md`**Danger: low.** ${known}.`;
}

function broken(outcomes: readonly StageOutcome[]): Inline {
  const unsettled = unsettledIn(outcomes);
  if (unsettled.length === 0) return md`**Failed: none.**`;
  const first = unsettled[0]?.stages.find(({ outcome }) => outcome === "failed" || outcome === "held");
  const cause =
    first?.cause === undefined ? md`` : md` First cause, in ${first.stage} of ${short(first.tenant)}: ${first.cause}.`;
  return md`**Not settled: ${counted(unsettled.length, "tenant")}.**${cause}`;
}

function harmless(word: ReturnType<typeof wordFor>): boolean {
  return word === "add" || word === "modify" || word === "import" || word === "sync";
}
