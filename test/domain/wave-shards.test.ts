import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apiBuckets, leastSeconds } from "../../actions/lib/domain/limits.ts";
import { databasesAtOnce, shardsOf, sliceOf, tenantsPerJob, waveReach } from "../../actions/lib/domain/wave-shards.ts";

interface Settings {
  readonly concurrency?: number;
  readonly apiSharePercent?: number;
  readonly bakeMinutes?: number;
  readonly tenantsPerJob?: number;
}

function environment({ concurrency = 300, apiSharePercent = 85, bakeMinutes = 10, ...rest }: Settings = {}) {
  return {
    rollout: {
      ...{ canaries: [], waves: [100], concurrency, bakeMinutes, failureBudget: { count: 0, mode: "soft" } as const },
      ...rest,
    },
    limits: { tenants: 2000, apiSharePercent },
  };
}

const fleet = (size: number): readonly string[] => Array.from({ length: size }, (_, index) => `clinic-${index}`);

describe("shards of a wave", () => {
  test("a wave that one job reaches stays in exactly one", () => {
    expect(shardsOf(fleet(tenantsPerJob), environment())).toMatchObject([{ shard: 1, shards: 1 }]);
    expect(shardsOf(fleet(3), environment())).toEqual([{ shard: 1, shards: 1, tenants: fleet(3) }]);
  });

  test("one of two thousand tenants is four jobs of five hundred", () => {
    const sizes = shardsOf(fleet(2_000), environment()).map(({ tenants }) => tenants.length);

    expect(sizes).toEqual([500, 500, 500, 500]);
  });

  test("the environment can say how many tenants a job has", () => {
    const shards = shardsOf(["d", "a", "c", "b"], environment({ tenantsPerJob: 2 }));

    expect(shards).toEqual([
      { shard: 1, shards: 2, tenants: ["a", "b"] },
      { shard: 2, shards: 2, tenants: ["c", "d"] },
    ]);
  });

  const settings = fc.record({
    concurrency: fc.integer({ min: 1, max: 500 }),
    apiSharePercent: fc.integer({ min: 10, max: 95 }),
    tenantsPerJob: fc.integer({ min: 1, max: 50 }),
  });

  test("every tenant is in exactly one, and the same tenants make the same shards in whatever order they come", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(names, settings, (tenants, given) => {
        const shards = shardsOf(tenants, environment(given));

        expect(shards.flatMap((shard) => shard.tenants)).toEqual(tenants.toSorted());
        expect(shards.every((shard) => shard.tenants.length > 0 && shard.shards === shards.length)).toBe(true);
        expect(shardsOf(tenants.toReversed(), environment(given))).toEqual(shards);
      }),
    );
  });

  test("what all together may use is no more than what the environment allows: calls, tenants at a time, databases", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), settings, (tenants, given) => {
        const whole = environment(given);
        const shards = shardsOf(fleet(tenants), whole);
        const slices = shards.map((shard) => sliceOf(whole, shard.shards));
        const sum = (of: (slice: (typeof slices)[number]) => number) =>
          slices.reduce((total, slice) => total + of(slice), 0);

        expect(sum(({ rollout }) => rollout.concurrency)).toBeLessThanOrEqual(whole.rollout.concurrency);
        expect(shards.length).toBeLessThanOrEqual(databasesAtOnce);
        for (const { burst, perSecond } of apiBuckets) {
          const share = whole.limits.apiSharePercent / 100;
          // A bucket of less than one token would be made one token big, which is more than its slice.
          const tokens = sum(({ limits }) => Math.max(1, (burst * limits.apiSharePercent) / 100));
          expect(tokens).toBeLessThanOrEqual(burst * share + 1e-6);
          expect(sum(({ limits }) => (perSecond * limits.apiSharePercent) / 100)).toBeLessThanOrEqual(
            perSecond * share + 1e-6,
          );
        }
      }),
    );
  });
});

describe("the reach of a wave", () => {
  test("is what AWS registers in the time of a job, with time for the last tenant left", () => {
    const reach = waveReach(environment());
    const registrations = apiBuckets.find(({ operations }) => operations.includes("RegisterTaskDefinition"));
    const minutes = leastSeconds(reach * 4, registrations ?? { burst: 0, perSecond: 0 }, 0.85) / 60;

    expect(reach).toBe(2_554);
    expect(minutes + 90 + 20 + 30 + 10).toBeLessThanOrEqual(350);
  });

  test("more jobs do not lengthen it: each has only its slice of what AWS registers", () => {
    const whole = environment();

    expect(4 * waveReach(sliceOf(whole, 4))).toBeLessThanOrEqual(waveReach(whole));
  });

  test("an hour of baking, or a smaller share, shortens it", () => {
    expect(waveReach(environment({ bakeMinutes: 70 }))).toBeLessThan(waveReach(environment()));
    expect(waveReach(environment({ apiSharePercent: 20 }))).toBeLessThan(waveReach(environment()) / 4);
    expect(waveReach(environment({ bakeMinutes: 1_440 }))).toBeGreaterThanOrEqual(1);
  });
});
