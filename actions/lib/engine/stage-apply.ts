/** The first stage of a tenant: its stack becomes what its file says. */
import type { DesiredTenant } from "../domain/desired.ts";
import { planKey, planRecord } from "../domain/plan-record.ts";
import type { Fleet } from "../ports/fleet.ts";
import { adaptiveGate, stacksAtOnce } from "./adaptively.ts";
import { adoptRetained } from "./adopt-retained.ts";
import { applyStack } from "./apply-stack.ts";
import { doubt } from "./doubt.ts";
import type { TenantStage } from "./fleet-wave.ts";
import { aloneOnTenant } from "./lease-stage.ts";
import type { StageResult } from "./outcome-of.ts";
import { startToChange } from "./start-to-change.ts";

/** How long one stack operation may take: a Multi-AZ database with its first backup needs most of an hour. */
const atMostMs = 90 * 60_000;

/** Makes stacks what they should be, as many at a time as CloudFormation takes. */
export function applyStage(fleet: Fleet<"records">): TenantStage {
  const { cell, shard } = fleet;
  const mine = (atOnce: number): number => Math.max(1, Math.floor(atOnce / (shard?.shards ?? 1)));
  const throttled = (): number => cell.trace?.throttled() ?? 0;
  const enter = adaptiveGate({ start: mine(stacksAtOnce.start), most: mine(stacksAtOnce.most), throttled });
  return {
    stage: "apply",
    enter: (_, work) => enter(work),
    work: (desired) => aloneOnTenant(desired, fleet, applyTenant),
  };
}

async function applyTenant(desired: DesiredTenant, fleet: Fleet<"records">): Promise<StageResult> {
  const { cell, clock, progress } = fleet;
  const { tenant, stack, stackFingerprint } = desired;
  const adopted = await adoptRetained(desired, fleet);
  const stored = await cell.records.get(planKey(stack.name, stackFingerprint));
  // Whoever can push a branch can write below plans/: what is no record of ours was not reviewed.
  const reviewed = planRecord.safeParse(stored?.value).data;
  const end = await applyStack(
    {
      desire: stack,
      allowed: tenant.allowDestruction,
      atMostMs,
      ...(reviewed !== undefined && { reviewed }),
      prepare: async (changes) => {
        await doubt(tenant.name, fleet);
        await startToChange(desired, changes, fleet);
      },
    },
    { stacks: cell.stacks, clock, progress },
  );
  switch (end.outcome) {
    case "unchanged":
      return { outcome: "unchanged" };
    case "applied": {
      const count = `${end.changes.length} resource${end.changes.length === 1 ? "" : "s"}`;
      return {
        outcome: "changed",
        what: [count, ...(adopted === undefined ? [] : [adopted]), ...end.notes].join("; "),
      };
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
