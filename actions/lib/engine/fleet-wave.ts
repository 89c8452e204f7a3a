/** One stage of one wave: many tenants at a time, none after the failure budget is spent, and each failure its own. */
import type { DesiredTenant } from "../domain/desired.ts";
import { wavePause } from "../domain/failure-budget.ts";
import { byTenant, isUnsettled, type Stage, type StageOutcome } from "../domain/outcome.ts";
import type { Fleet } from "../ports/fleet.ts";
import { adaptively } from "./adaptively.ts";
import { lanes } from "./lanes.ts";
import { outcomeOf, type StageResult } from "./outcome-of.ts";
import { together } from "./together.ts";

export interface WaveStage {
  readonly stage: Stage;
  /** What became of the wave's tenants in the stages before; those left unsettled there count against the budget. */
  readonly before: readonly StageOutcome[];
  /** Tenants at a time; the environment's if left out. */
  readonly atOnce?: number;
  /** Learns from throttling how many tenants go at a time, between these; instead of `atOnce`. */
  readonly crowd?: { readonly start: number; readonly most: number };
  /** Tenants that share something that takes only a few at a time, such as a database instance. */
  readonly lane?: { readonly of: (desired: DesiredTenant) => string | undefined; readonly atOnce: number };
}

/** How often the log says how far the wave is. */
const newsEveryMs = 60_000;

/** Runs a stage for the fleet's tenants and gives an outcome for each of them, those not started included. */
export async function runWaveStage(
  { stage, before, atOnce, crowd, lane }: WaveStage,
  fleet: Fleet,
  work: (desired: DesiredTenant) => Promise<StageResult>,
): Promise<readonly StageOutcome[]> {
  const { clock, tenants, progress } = fleet;
  const { name, rollout } = fleet.cell.environment;
  const names = new Set([...before.map(({ tenant }) => tenant), ...tenants.map(({ tenant }) => tenant.name)]);
  const known: StageOutcome[] = [...before];
  let done = 0;
  let news = clock.now().getTime();
  const enter = lanes(lane?.atOnce ?? Number.POSITIVE_INFINITY);
  const { trace } = fleet.cell;
  const many: <T>(work: (desired: DesiredTenant) => Promise<T>) => Promise<readonly T[]> = (each) =>
    crowd === undefined
      ? together(tenants, atOnce ?? rollout.concurrency, each)
      : adaptively(tenants, { ...crowd, throttled: () => trace?.throttled() ?? 0 }, each);
  return await many(async (desired) => {
    const subject = { tenant: desired.tenant.name, environment: name, stage };
    const paused = (): string | undefined => wavePause(byTenant(known), names.size, rollout.failureBudget);
    const outcome = await enter(lane?.of(desired), async () => {
      const because = paused();
      if (because !== undefined) return skipped(subject, because);
      const startedAt = clock.now().toISOString();
      const one = (): Promise<StageOutcome> =>
        outcomeOf(subject, clock, () => work(desired)).catch((error: unknown) => unexpected(subject, error));
      const { result, calls } = trace === undefined ? { result: await one(), calls: [] } : await trace.within(one);
      return { ...result, startedAt, ...(calls.length > 0 && { calls }) };
    });
    known.push(outcome);
    done++;
    if (isUnsettled(outcome)) progress.say(`${desired.tenant.name}: ${outcome.cause ?? "failed"}`);
    const now = clock.now().getTime();
    if (now - news >= newsEveryMs || done === tenants.length) {
      news = now;
      progress.say(
        `${stage}: ${done} of ${tenants.length} tenants, ${byTenant(known).filter(isUnsettled).length} not settled`,
      );
    }
    return outcome;
  });
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
