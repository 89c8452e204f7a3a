/** The first stage of a tenant: its stack becomes what its file says. */
import type { DesiredTenant } from "../domain/desired.ts";
import { changesDatabase, type ResourceChange } from "../domain/plan.ts";
import { planKey, planRecord } from "../domain/plan-record.ts";
import type { Fleet } from "../ports/fleet.ts";
import { adaptiveGate, stacksAtOnce } from "./adaptively.ts";
import { adoptRetained } from "./adopt-retained.ts";
import { applyStack } from "./apply-stack.ts";
import { lastSuspension, rememberStopped } from "./command/database-power.ts";
import { ensureRunning } from "./database-running.ts";
import type { TenantStage } from "./fleet-wave.ts";
import { aloneOnTenant } from "./lease-stage.ts";
import type { StageResult } from "./outcome-of.ts";

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
      prepare: (changes) => startToChange(desired, changes, fleet),
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

/**
 * RDS changes no database that stands still, and refuses the rollback as well. One that was stopped with its suspended tenant is started
 * for the change; whoever stops those again that AWS started finds it due at once.
 */
async function startToChange(
  { tenant, stack }: DesiredTenant,
  changes: readonly ResourceChange[],
  { cell, clock, progress }: Fleet<"records">,
): Promise<void> {
  if (!changesDatabase(changes) || cell.backups === undefined) return;
  const found = await cell.backups.find(stack.name);
  if (found === undefined || !["stopping", "stopped", "starting"].includes(found.status)) return;
  const { suspension } = await lastSuspension(tenant.name, cell.records);
  const { state, database } = suspension ?? {};
  const due = async (): Promise<void> => {
    progress.say(`${tenant.name}: starting its database, because it is to be changed`);
    if (state !== "suspended" || database === undefined) return;
    await rememberStopped({ tenant: tenant.name, id: database.id, startsBy: clock.now() }, cell.records);
  };
  await ensureRunning(stack.name, due, { databases: cell.backups, clock, progress });
}
