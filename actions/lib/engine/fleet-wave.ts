/**
 * The tenants of one wave on their way through its stages: so many at a time, none after the failure budget is spent, and each failure
 * its own. A tenant goes on to its next stage as soon as it is through with one, whatever the others still do, so that the wave takes
 * as long as its slowest stage and not as long as all of them.
 */
import type { DesiredTenant } from "../domain/desired.ts";
import { wavePause } from "../domain/failure-budget.ts";
import { byTenant, isUnsettled, type Stage, type StageOutcome } from "../domain/outcome.ts";
import { stillGoing } from "../domain/stage-selection.ts";
import type { Fleet } from "../ports/fleet.ts";
import { outcomeOf, type StageResult } from "./outcome-of.ts";
import { together } from "./together.ts";

export interface TenantStage {
  readonly stage: Stage;
  /** Lets a tenant in when it is its turn; at once if left out. */
  readonly enter?: <T>(desired: DesiredTenant, work: () => Promise<T>) => Promise<T>;
  readonly work: (desired: DesiredTenant) => Promise<StageResult>;
}

export interface WaveRequest {
  /** In the order a tenant goes through them. */
  readonly stages: readonly TenantStage[];
  /** What became of the wave's tenants in stages before these; those left unsettled there count against the budget. */
  readonly before: readonly StageOutcome[];
}

/** How often the log says how far the wave is. */
const newsEveryMs = 60_000;

/**
 * Runs the stages for the fleet's tenants.
 *
 * @returns an outcome for each tenant and stage up to the one it did not get through, those not started included
 */
export async function runWave({ stages, before }: WaveRequest, fleet: Fleet): Promise<readonly StageOutcome[]> {
  const { clock, tenants, progress, shard } = fleet;
  const { rollout } = fleet.cell.environment;
  const names = new Set([...before.map(({ tenant }) => tenant), ...tenants.map(({ tenant }) => tenant.name)]);
  const known: StageOutcome[] = [...before];
  const news = newsOf(stages, fleet);
  const pause = async (): Promise<string | undefined> => {
    const elsewhere = rollout.failureBudget.mode === "strict" ? await shard?.elsewhere() : [];
    const all = byTenant([...known, ...(elsewhere ?? [])]);
    return wavePause(all, shard?.waveTenants ?? names.size, rollout.failureBudget);
  };
  const passed = await together(tenants, rollout.concurrency, async (desired) => {
    const own: StageOutcome[] = [];
    for (const stage of stages) {
      const outcome = await pass(stage, desired, { fleet, pause });
      own.push(outcome);
      known.push(outcome);
      if (isUnsettled(outcome)) {
        progress.say(`${desired.tenant.name}: ${outcome.cause ?? "failed"}`);
        // What is known of this shard's tenants is worth more than that the others hear of one.
        await shard
          ?.tell(outcome)
          .catch((error: unknown) =>
            progress.say(`${desired.tenant.name}: the other jobs of the wave do not hear of it: ${String(error)}`),
          );
      }
      const goesOn = stillGoing([desired.tenant.name], [outcome]).length > 0;
      const isLast = !goesOn || stage === stages.at(-1);
      news(stage, isLast, clock.now().getTime(), byTenant(known).filter(isUnsettled).length);
      if (!goesOn) break;
    }
    return own;
  });
  return passed.flat();
}

/** One tenant through one stage, when it is its turn and the wave still goes on by then. */
async function pass(
  { stage, enter = (_, work) => work(), work }: TenantStage,
  desired: DesiredTenant,
  { fleet, pause }: { readonly fleet: Fleet; readonly pause: () => Promise<string | undefined> },
): Promise<StageOutcome> {
  const { clock, cell } = fleet;
  const subject = { tenant: desired.tenant.name, environment: cell.environment.name, stage };
  return await enter(desired, async () => {
    // Where it is not known how the others do, nobody is begun with.
    const may = await pause().catch((error: unknown) => unexpected(subject, error));
    if (typeof may === "object") return may;
    if (may !== undefined) return skipped(subject, may);
    const startedAt = clock.now().toISOString();
    const one = (): Promise<StageOutcome> =>
      outcomeOf(subject, clock, () => work(desired)).catch((error: unknown) => unexpected(subject, error));
    const { result, calls } =
      cell.trace === undefined ? { result: await one(), calls: [] } : await cell.trace.within(one);
    return { ...result, startedAt, ...(calls.length > 0 && { calls }) };
  });
}

/** Says once a minute, and at the end, how many tenants are through with each stage. */
function newsOf(
  stages: readonly TenantStage[],
  { clock, tenants, progress }: Fleet,
): (stage: TenantStage, isLast: boolean, now: number, unsettled: number) => void {
  const done = new Map(stages.map(({ stage }) => [stage, 0]));
  let ended = 0;
  let said = clock.now().getTime();
  return ({ stage }, isLast, now, unsettled) => {
    done.set(stage, (done.get(stage) ?? 0) + 1);
    if (isLast) ended++;
    if (now - said < newsEveryMs && ended < tenants.length) return;
    said = now;
    const counts = [...done].map(([name, count]) => `${name}: ${count}`).join(", ");
    progress.say(`${counts} of ${tenants.length} tenants, ${unsettled} not settled`);
  };
}

type Subject = Pick<StageOutcome, "tenant" | "environment" | "stage">;

function skipped(subject: Subject, because: string): StageOutcome {
  return {
    ...subject,
    outcome: "skipped",
    durationMs: 0,
    cause: `not started, because the wave stopped at ${because}`,
    reasonCode: "wave-stopped",
  };
}

/** What nobody foresaw at one tenant must not take what is known of the others with it; its stack goes into the evidence. */
function unexpected(subject: Subject, error: unknown): StageOutcome {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    ...subject,
    outcome: "failed",
    durationMs: 0,
    cause: `${name}: ${message}`,
    evidence: (stack ?? "").split("\n").slice(0, 12),
    reasonCode: "unexpected",
    next: `/retry ${subject.tenant}`,
  };
}
