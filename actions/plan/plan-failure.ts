import { refusals } from "../lib/domain/plan.ts";
import type { PlanComment } from "../lib/domain/plan-view.ts";
import { formatProblem } from "../lib/domain/problem.ts";

export interface PlanFailure {
  readonly failed?: { readonly reasonCode: string; readonly message: string };
}

/** Why a finished plan must not be merged, in words; nothing when it may. */
export function planFailure({ plan, problems, expected }: PlanComment): PlanFailure {
  const [problem] = problems;
  if (problem !== undefined) {
    const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more problems in the files)`;
    return failed("file-problems", `${formatProblem(problem)}${more}`);
  }
  if (plan === undefined) return {};
  const [failure] = plan.failures;
  if (failure !== undefined) return failed("plan-failed", `${failure.tenant} cannot be planned: ${failure.cause}`);
  const refused = plan.plans.find((one) => refusals(one).length > 0);
  if (refused !== undefined) {
    const [danger] = refusals(refused);
    return failed(
      "data-loss",
      `${refused.tenant}: ${danger?.logicalId} would be ${danger?.what}; name it in allowDestruction of ${refused.source.file} with a reason, or change the files so that it stays`,
    );
  }
  if (plan.plans.length === expected.length) return {};
  return failed("plan-incomplete", `${plan.plans.length} of ${expected.length} affected tenants were planned`);
}

function failed(reasonCode: string, message: string): PlanFailure {
  return { failed: { reasonCode, message } };
}
