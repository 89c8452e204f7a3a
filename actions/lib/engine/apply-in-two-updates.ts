import type { ResourceChange } from "../domain/plan.ts";
import type { UpdateStep } from "../domain/redis-failover.ts";
import type { ApplyOutcome, ApplyRequest } from "./apply-stack.ts";

/**
 * Executes one reviewed plan as two updates, because AWS refuses it as one. Each is planned by itself and may contain nothing but what
 * the whole plan contains. A run that ends between them leaves a whole stack whose parameters say so: the next run makes the second.
 *
 * @param whole changes of the plan that was reviewed
 * @param attempt applies one of the two, within `whole`
 */
export async function applyInTwoUpdates(
  {
    whole,
    step,
    request,
    notes,
  }: {
    readonly whole: readonly ResourceChange[];
    readonly step: UpdateStep;
    readonly request: ApplyRequest;
    /** What has to be said of the whole plan. */
    readonly notes: readonly string[];
  },
  attempt: (part: ApplyRequest) => Promise<ApplyOutcome | "overtaken">,
): Promise<ApplyOutcome | "overtaken"> {
  const first = await attempt({ ...request, desire: step.first, within: whole });
  if (first === "overtaken" || first.outcome === "held" || first.outcome === "failed") return first;
  const second = await attempt({ ...request, within: whole });
  if (second === "overtaken") return second;
  switch (second.outcome) {
    case "held":
    case "failed":
      return { ...second, cause: `${second.cause}; the first of two updates is in place (${step.inWords})` };
    case "applied":
    case "unchanged": {
      const said = [first, second].flatMap((part) => (part.outcome === "applied" ? part.notes : []));
      const all = [...notes, `in two updates: ${step.inWords}`, ...said];
      return { outcome: "applied", stack: second.stack, changes: whole, notes: all };
    }
  }
}
