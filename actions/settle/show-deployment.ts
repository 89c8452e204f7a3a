/** Goes on with the comment of the merged pull request: which wave is done, and in the end what became of everything. */
import { deployPrefix, type WaveRecord, waveKey, waveRecord } from "../lib/domain/deploy-record.ts";
import type { StageOutcome } from "../lib/domain/outcome.ts";
import type { PlanComment, PlanState } from "../lib/domain/plan-view.ts";
import { pullKey, readPullRecord } from "../lib/domain/pull-record.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { PlanView } from "../lib/ports/plan-view.ts";
import type { Records } from "../lib/ports/records.ts";
import type { Telling } from "./telling.ts";

export interface ShownWave {
  /** Undefined when no pull request was merged as this commit: the wave is recorded, and shown nowhere. */
  readonly pull?: number;
  readonly commit: string;
  readonly environment: string;
  readonly runId: string;
  readonly wave: number;
  readonly waves: number;
  readonly outcomes: readonly StageOutcome[];
  /** Why later waves are not started; undefined if they are. */
  readonly stoppedBecause?: string;
  /** What people could not be told of it. */
  readonly untold?: readonly string[];
  readonly runUrl: string;
}

/** Where the deployment is shown: what GitHub says, and while it says nothing, nowhere. */
export async function mergedPull<Found>(
  telling: Telling,
  ask: () => Promise<Found>,
): Promise<Found | { readonly view: PlanView; readonly pull: "unknown" }> {
  const found = await telling.show("which pull request was merged is not known", ask);
  return found?.told ?? { view: { show: async () => {} }, pull: "unknown" };
}

/**
 * Records the wave's outcomes.
 */
export async function recordWave(
  shown: Omit<ShownWave, "pull" | "commit" | "waves" | "runUrl">,
  { records, clock }: { readonly records: Records; readonly clock: Clock },
): Promise<void> {
  const now = clock.now();
  const began = shown.outcomes.flatMap(({ startedAt }) => startedAt ?? []).toSorted();
  const mine: WaveRecord = {
    environment: shown.environment,
    wave: shown.wave,
    // Nothing was tried if nothing has a beginning.
    startedAt: began[0] ?? now.toISOString(),
    endedAt: now.toISOString(),
    outcomes: shown.outcomes,
    ...(shown.stoppedBecause !== undefined && { stoppedBecause: shown.stoppedBecause }),
    ...(shown.untold !== undefined && { untold: shown.untold }),
  };
  await records.put(waveKey(shown.runId, shown.wave), mine);
}

/**
 * Shows the wave's outcomes, which are recorded, together with those of the waves before.
 */
export async function showDeployment(
  shown: ShownWave,
  {
    records,
    view,
    clock,
    telling,
  }: { readonly records: Records; readonly view: PlanView; readonly clock: Clock; readonly telling: Telling },
): Promise<void> {
  const now = clock.now();
  if (shown.pull === undefined) return;
  const keys = await records.list(deployPrefix(shown.runId));
  const kept = await Promise.all(keys.map(async (key) => waveRecord.parse((await records.get(key))?.value)));
  // Later ones are what an earlier attempt of the whole run left, which dealt its waves in another way.
  const stored = kept.filter(({ wave }) => wave <= shown.wave);
  const plan = readPullRecord((await records.get(pullKey(shown.pull)))?.value);
  const outcomes = stored.flatMap((wave) => wave.outcomes);
  const begun = Math.min(...stored.map(({ startedAt }) => Date.parse(startedAt)));
  const comment: PlanComment = {
    commit: plan?.commit ?? shown.commit,
    expected: plan?.expected ?? [...new Set(outcomes.map(({ tenant }) => tenant))],
    ...(plan?.plan !== undefined && { plan: plan.plan }),
    problems: [],
    unsettled: [],
    history: [
      ...(plan?.history ?? []),
      ...stored.map(({ endedAt, wave, outcomes: those }) => ({
        at: endedAt,
        what: `wave ${wave} of ${shown.waves}: ${new Set(those.map(({ tenant }) => tenant)).size} tenants`,
      })),
    ],
    links: { run: shown.runUrl, summary: shown.runUrl },
    state: stateOf(shown, outcomes, now.getTime() - begun),
  };
  // The job that concludes the deployment writes it once more.
  await telling.show(`#${shown.pull} does not show wave ${shown.wave}`, () => view.show(comment));
}

function stateOf(shown: ShownWave, outcomes: readonly StageOutcome[], durationMs: number): PlanState {
  const { wave, waves, stoppedBecause } = shown;
  if (stoppedBecause !== undefined)
    return { state: "stopped", wave, waves, because: stoppedBecause, outcomes, durationMs };
  if (wave < waves) return { state: "deploying", wave: wave + 1, waves, outcomes };
  return { state: "deployed", outcomes, durationMs };
}
