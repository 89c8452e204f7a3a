/** What a running deployment leaves for its later waves, and for the deployments after it. */
import * as z from "zod";
import type { StageOutcome } from "./outcome.ts";

/** `operations/deploys/8812/wave-2.json`: outcomes of one wave of one run, its repetitions included. */
export function waveKey(runId: string, wave: number): string {
  return `${deployPrefix(runId)}wave-${wave}.json`;
}

export function deployPrefix(runId: string): string {
  return `operations/deploys/${runId}/`;
}

export interface WaveRecord {
  readonly environment: string;
  /** Number of the wave in its environment, from 1. */
  readonly wave: number;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly outcomes: readonly StageOutcome[];
  /** Why the waves after it were not to be started. */
  readonly stoppedBecause?: string;
  /** What GitHub did not take of what people have to be told. */
  readonly untold?: readonly string[];
}

/** Written and read by the deploy role only, so its form is known. */
export const waveRecord = z.custom<WaveRecord>(
  (value) => typeof value === "object" && value !== null && "outcomes" in value,
);

/** `operations/shards/8812/wave-2/outcomes/3.json`: outcomes of one shard, those of its last attempt; the wave's own are elsewhere, written when all are through. */
export function shardKey(runId: string, wave: number, shard: number): string {
  return `operations/shards/${runId}/wave-${wave}/outcomes/${shard}.json`;
}

/** What a shard leaves for the job that gathers them. */
export interface ShardRecord {
  readonly outcomes: readonly StageOutcome[];
  readonly untold?: readonly string[];
  /** Of the run, in which the job was at work. */
  readonly attempt: number;
  /** How the job went, as GitHub says it; left out while it is at work. */
  readonly job?: string;
}

/** Written and read by the deploy role only, so its form is known. */
export const shardRecord = z.custom<ShardRecord>(
  (value) => typeof value === "object" && value !== null && "outcomes" in value,
);

/**
 * Whether what a shard left is what became of it. A job that did not end well is run again by whoever runs a run's failed jobs again: then
 * only what it leaves in that attempt counts, and if that is nothing, it was lost.
 */
export function isLast({ attempt, job }: Pick<ShardRecord, "attempt" | "job">, runAttempt: number): boolean {
  return attempt === runAttempt || job === "success";
}

/**
 * `operations/shards/8812/wave-2/attempt-1/unsettled/3/`: what the other shards have to know while they are at work, by shard. What
 * failed in an earlier attempt is tried again and does not count.
 */
export function shardNewsPrefix(wave: {
  readonly runId: string;
  readonly runAttempt: number;
  readonly wave: number;
}): string {
  return `operations/shards/${wave.runId}/wave-${wave.wave}/attempt-${wave.runAttempt}/unsettled/`;
}

/** Label of the one issue about a tenant that is not settled. */
export function unsettledLabel(tenant: string): string {
  return `unsettled:${tenant}`;
}

/** All records of tenants that are not settled stand under this prefix. */
export const unsettledPrefix = "operations/unsettled/";

/** `operations/unsettled/hospital-a.json`: since when a tenant is not settled, and what was tried. */
export function unsettledKey(tenant: string): string {
  return `${unsettledPrefix}${tenant}.json`;
}

export const unsettledRecord = z.object({
  since: z.string(),
  history: z.array(z.object({ at: z.string(), what: z.string() })),
  /** The last cause. */
  cause: z.string().exactOptional(),
  /** Address of its issue. */
  issue: z.string().exactOptional(),
});
