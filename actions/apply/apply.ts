import type { DesiredTenant } from "../lib/domain/desired.ts";
import type { StageOutcome } from "../lib/domain/outcome.ts";
import { planKey, planRecord } from "../lib/domain/plan-record.ts";
import { applyStack } from "../lib/engine/apply-stack.ts";
import { outcomeOf, type StageResult } from "../lib/engine/outcome-of.ts";
import { together } from "../lib/engine/together.ts";
import type { Fleet } from "../lib/ports/fleet.ts";

/** How long one stack operation may take: a Multi-AZ database with its first backup needs most of an hour. */
const atMostMs = 90 * 60_000;

/** Makes the stacks of the given tenants what they should be; each tenant's failure is its own. */
export async function apply(fleet: Fleet<"records">): Promise<readonly StageOutcome[]> {
  const { cell, clock } = fleet;
  const atOnce = Math.min(cell.environment.rollout.concurrency, 8);
  return await together(fleet.tenants, atOnce, (desired) =>
    outcomeOf({ tenant: desired.tenant.name, environment: cell.environment.name, stage: "apply" }, clock, () =>
      applyTenant(desired, fleet),
    ),
  );
}

async function applyTenant(desired: DesiredTenant, { cell, clock, progress }: Fleet<"records">): Promise<StageResult> {
  const { tenant, stack, stackFingerprint } = desired;
  const stored = await cell.records.get(planKey(stack.name, stackFingerprint));
  const end = await applyStack(
    {
      desire: stack,
      allowed: tenant.allowDestruction,
      atMostMs,
      ...(stored !== undefined && { reviewed: planRecord.parse(stored.value) }),
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
