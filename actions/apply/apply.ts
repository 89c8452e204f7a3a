import type { DesiredTenant } from "../lib/domain/desired.ts";
import type { StageOutcome } from "../lib/domain/outcome.ts";
import { planKey, planRecord } from "../lib/domain/plan-record.ts";
import { stacksAtOnce } from "../lib/engine/adaptively.ts";
import { applyStack } from "../lib/engine/apply-stack.ts";
import { runWaveStage } from "../lib/engine/fleet-wave.ts";
import { aloneOnTenant } from "../lib/engine/lease-stage.ts";
import type { StageResult } from "../lib/engine/outcome-of.ts";
import type { Fleet } from "../lib/ports/fleet.ts";

export interface ApplyWave {
  /** Outcomes of the steps before, if there were any. */
  readonly before: readonly StageOutcome[];
}

/** How long one stack operation may take: a Multi-AZ database with its first backup needs most of an hour. */
const atMostMs = 90 * 60_000;

/** Makes the stacks of the given tenants what they should be; each tenant's failure is its own. */
export async function apply(request: ApplyWave, fleet: Fleet<"records">): Promise<readonly StageOutcome[]> {
  const { concurrency } = fleet.cell.environment.rollout;
  const crowd = {
    start: Math.min(stacksAtOnce.start, concurrency),
    most: Math.min(stacksAtOnce.most, concurrency),
  };
  return await runWaveStage({ stage: "apply", before: request.before, crowd }, fleet, (desired) =>
    aloneOnTenant(desired, fleet, applyTenant),
  );
}

async function applyTenant(desired: DesiredTenant, { cell, clock, progress }: Fleet<"records">): Promise<StageResult> {
  const { tenant, stack, stackFingerprint } = desired;
  const stored = await cell.records.get(planKey(stack.name, stackFingerprint));
  // Whoever can push a branch can write below plans/: what is no record of ours was not reviewed.
  const reviewed = planRecord.safeParse(stored?.value).data;
  const end = await applyStack(
    {
      desire: stack,
      allowed: tenant.allowDestruction,
      atMostMs,
      ...(reviewed !== undefined && { reviewed }),
    },
    { stacks: cell.stacks, clock, progress },
  );
  switch (end.outcome) {
    case "unchanged":
      return { outcome: "unchanged" };
    case "applied": {
      const count = `${end.changes.length} resource${end.changes.length === 1 ? "" : "s"}`;
      return { outcome: "changed", what: [count, ...end.notes].join("; ") };
    }
    case "held":
      return { outcome: "held", cause: end.cause, reasonCode: end.reasonCode, next: `/plan ${tenant.name}` };
    case "failed":
      return {
        outcome: "failed",
        cause: end.cause,
        evidence: end.evidence,
        reasonCode: end.reasonCode,
        next: `/retry ${tenant.name}`,
      };
  }
}
