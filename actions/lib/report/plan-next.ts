/** What the reader can do now: never more than two commands, and only such as parse. */

import type { StageOutcome } from "../domain/outcome.ts";
import { refusals } from "../domain/plan.ts";
import { names } from "./enumeration.ts";
import { code, type Inline, join, link, md } from "./markdown.ts";
import { named, short } from "./plan-title.ts";
import { missingTenants, type PlanComment } from "./plan-view.ts";
import { counted } from "./resource-area.ts";

/** The next step for this moment of the pull request's life. */
export function nextStep(input: PlanComment): Inline {
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
    const what = names(
      refusals(refused).map(({ logicalId }) => code(short(logicalId))),
      named,
    );
    return md`change ${code(refused.source.file)} so that it stays, or name ${what} under ${code("allowDestruction")} there, with a reason.`;
  }
  if (failures.length > 0) return md`mend the cause shown below and push, or ${code("/plan")} once it is gone.`;
  if (missing.length > 0)
    return md`${code("/plan")}: ${counted(missing.length, "tenant")} should have been planned and ${missing.length === 1 ? "was" : "were"} not.`;
  if (plans.length === 0) return md`merge when you like; nothing is deployed.`;
  const order = plans.length === 1 ? md`` : md`, wave by wave`;
  return md`merge to apply exactly this plan${order}. A new plan: ${code("/plan")}`;
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
