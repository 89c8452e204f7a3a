/** Two jobs on one wave at the same time, on the limits AWS publishes: each has its slice, and nobody fails for them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { shardsOf, sliceOf } from "../../actions/lib/domain/wave-shards.ts";
import { runWave } from "../../actions/lib/engine/fleet-wave.ts";
import { shardOfWave } from "../../actions/lib/engine/shard-news.ts";
import { migrateStage } from "../../actions/lib/engine/stage-migrate.ts";
import { rollStage } from "../../actions/lib/engine/stage-roll.ts";
import { type FleetStage, startFleetStage } from "../fixtures/fleet-stage.ts";

const tenants = Array.from({ length: 20 }, (_, index) => `clinic-${index + 1}`);

let stage: FleetStage;
beforeAll(async () => {
  stage = await startFleetStage({ tenants, releases: ["v1.4.0", "v1.5.0"], speed: 20 });
});
afterAll(() => stage.stop());

/** Lets the shards of a wave work at the same time, each as a process of its own. */
async function wave(release: string): Promise<readonly StageOutcome[]> {
  const rollout = { tenantsPerJob: 10, failureBudget: { count: 0, mode: "strict" } } as const;
  const whole = stage.process(release, { rollout }).cell.environment;
  const jobs = shardsOf(tenants, whole).map(async ({ shard, shards, tenants: only }) => {
    const slice = sliceOf(whole, shards);
    const process = stage.process(release, { only, rollout: slice.rollout, limits: slice.limits });
    const place = { runId: release, runAttempt: 1, wave: 1, shard, shards, waveTenants: tenants.length };
    const news = shardOfWave(place, { records: process.cell.records, clock: stage.ourClock });
    const fleet = { ...process, ...(news !== undefined && { shard: news }) };
    return await runWave({ stages: [migrateStage(fleet, { trialScript: "" }), rollStage(fleet)], before: [] }, fleet);
  });
  expect(jobs).toHaveLength(2);
  return (await Promise.all(jobs)).flat();
}

test("a wave in two shards is through without one failed tenant, and AWS never says that registrations come too fast", async () => {
  stage.aws.faults.add({ kind: "token-buckets" });
  stage.aws.calls.clear();
  const outcomes = await wave("v1.4.0");
  const registrations = stage.aws.calls.all().filter(({ operation }) => operation === "RegisterTaskDefinition");

  expect(outcomes.filter(({ outcome }) => outcome !== "changed")).toEqual([]);
  expect(outcomes).toHaveLength(2 * tenants.length);
  expect(registrations).toHaveLength(4 * tenants.length);
  expect(registrations.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
});

test("tenants of one shard roll while others of it still migrate", async () => {
  const outcomes = await wave("v1.5.0");
  const firstRoll = Math.min(
    ...outcomes.filter(({ stage: name }) => name === "roll").map(({ startedAt }) => Date.parse(startedAt ?? "")),
  );

  const migrated = outcomes
    .filter(({ stage: name }) => name === "migrate")
    .map(({ startedAt, durationMs }) => Date.parse(startedAt ?? "") + durationMs);

  expect(outcomes.filter(({ outcome }) => outcome !== "changed")).toEqual([]);
  expect(firstRoll).toBeLessThan(Math.max(...migrated));
});
