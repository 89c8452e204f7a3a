import { expect, test } from "vitest";
import type { DesiredTenant } from "../../actions/lib/domain/desired.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { runWave } from "../../actions/lib/engine/fleet-wave.ts";
import { shardOfWave } from "../../actions/lib/engine/shard-news.ts";
import type { Clock } from "../../actions/lib/ports/clock.ts";
import type { Fleet } from "../../actions/lib/ports/fleet.ts";
import { memoryRecords } from "../fixtures/memory-records.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";

type Budget = Environment["rollout"]["failureBudget"];

/** Two shards of one wave at the same time, each with three tenants, one after the other. */
async function twoShards(
  failureBudget: Budget,
  { broken, runAttempt = 1, records = memoryRecords() }: Attempt,
): Promise<readonly string[]> {
  const clock = skippingClock();
  const ended = await Promise.all([shard(1, ["a", "b", "c"]), shard(2, ["x", "y", "z"])]);
  return ended.flat().map(({ tenant, outcome }) => `${tenant} ${outcome}`);

  async function shard(number: number, names: readonly string[]) {
    const place = { runId: "88", runAttempt, wave: 1, shard: number, shards: 2, waveTenants: 6 };
    const news = shardOfWave(place, { records, clock });
    const environment = { name: "production", rollout: { concurrency: 1, failureBudget } } as unknown as Environment;
    const fleet: Fleet = {
      cell: { environment, stacks: {} as Fleet["cell"]["stacks"] },
      platform: {},
      tenants: names.map((name) => ({ tenant: { name }, environment }) as unknown as DesiredTenant),
      clock,
      progress: { say: () => {} },
      ...(news !== undefined && { shard: news }),
    };
    return await runWave({ stages: [{ stage: "roll", work: (desired) => work(desired, clock) }], before: [] }, fleet);
  }

  async function work({ tenant }: DesiredTenant, { sleep }: Clock) {
    await sleep(60_000);
    return broken.includes(tenant.name)
      ? ({ outcome: "failed", cause: "crashed" } as const)
      : ({ outcome: "changed" } as const);
  }
}

interface Attempt {
  readonly broken: readonly string[];
  readonly runAttempt?: number;
  readonly records?: ReturnType<typeof memoryRecords>;
}

const none: Budget = { count: 0, mode: "strict" };

test("a strict budget that is spent in one shard stops the other as well", async () => {
  expect(await twoShards(none, { broken: ["a"] })).toEqual([
    ...["a failed", "b skipped", "c skipped"],
    ...["x changed", "y skipped", "z skipped"],
  ]);
});

test("a strict budget is the whole wave's: one failure in each of two shards is more than one", async () => {
  const one: Budget = { count: 1, mode: "strict" };

  expect(await twoShards(one, { broken: ["a"] })).not.toContain("c skipped");
  const both = await twoShards(one, { broken: ["a", "x"] });
  // At the same moment as the second failure, the first shard's next tenant was begun.
  expect(both).toEqual(expect.arrayContaining(["a failed", "x failed", "c skipped", "z skipped"]));
});

test("with a soft budget each shard is finished", async () => {
  const soft: Budget = { count: 0, mode: "soft" };

  expect((await twoShards(soft, { broken: ["a", "x"] })).filter((one) => one.endsWith("changed"))).toHaveLength(4);
});

test("what failed in an earlier attempt of the run does not stop the next one", async () => {
  const records = memoryRecords();
  await twoShards(none, { broken: ["a"], records });

  expect(await twoShards(none, { broken: [], runAttempt: 2, records })).not.toContain("y skipped");
});

test("news that can be neither written nor read cost no shard what is known of its tenants, and start no more of them", async () => {
  const records = memoryRecords();
  const ill = async (): Promise<never> => {
    throw new Error("SlowDown: Please reduce your request rate.");
  };

  expect(await twoShards(none, { broken: ["a"], records: { ...records, put: ill } })).toEqual([
    ...["a failed", "b skipped", "c skipped"],
    ...["x changed", "y changed", "z changed"],
  ]);
  expect(await twoShards(none, { broken: [], records: { ...records, list: ill } })).toEqual([
    ...["a failed", "b skipped", "c skipped"],
    ...["x failed", "y skipped", "z skipped"],
  ]);
});

test("the only shard of its wave has nobody to tell", () => {
  const place = { runId: "88", runAttempt: 1, wave: 1, shard: 1, shards: 1, waveTenants: 3 };

  expect(shardOfWave(place, { records: memoryRecords(), clock: skippingClock() })).toBeUndefined();
});
