/** What became of a wave, or of one shard of it, for the run's step summary. */
import type { StageOutcome } from "../domain/outcome.ts";
import { deploySummary } from "./deploy-summary.ts";

/** The step summary of a closed wave. It took from when its first tenant was begun until now. */
export function waveSummary(wave: {
  readonly environment: string;
  readonly wave: number;
  readonly waves: number;
  readonly shard?: number;
  readonly shards?: number;
  readonly outcomes: readonly StageOutcome[];
  readonly stoppedBecause?: string;
  readonly run: string;
  readonly now: Date;
}): string {
  const { environment, outcomes, stoppedBecause, now } = wave;
  const begun = outcomes.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [Date.parse(startedAt)]));
  const part = wave.shard === undefined || (wave.shards ?? 1) === 1 ? "" : `, shard ${wave.shard} of ${wave.shards}`;
  return deploySummary({
    what: `Wave ${wave.wave} of ${wave.waves}${part}`,
    environment,
    outcomes,
    durationMs: begun.length === 0 ? 0 : Math.max(0, now.getTime() - Math.min(...begun)),
    ...(stoppedBecause !== undefined && { stoppedBecause }),
    links: { run: wave.run },
  });
}
