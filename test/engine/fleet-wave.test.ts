import { describe, expect, test } from "vitest";
import type { DesiredTenant } from "../../actions/lib/domain/desired.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { OperatorError } from "../../actions/lib/domain/operator-error.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { runWave, type TenantStage } from "../../actions/lib/engine/fleet-wave.ts";
import { lanes } from "../../actions/lib/engine/lanes.ts";
import type { Fleet } from "../../actions/lib/ports/fleet.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";

type Budget = Environment["rollout"]["failureBudget"];

/** A fleet of tenants in the order of their names, so many at a time. */
function fleetOf(names: readonly string[], rollout: { readonly concurrency: number; readonly failureBudget: Budget }) {
  const clock = skippingClock();
  const said: string[] = [];
  const environment = { name: "production", rollout } as unknown as Environment;
  const fleet: Fleet = {
    cell: { environment, stacks: {} as Fleet["cell"]["stacks"] },
    platform: {},
    tenants: names.map((name) => ({ tenant: { name }, environment }) as unknown as DesiredTenant),
    clock,
    progress: { say: (line) => said.push(line) },
  };
  return { fleet, clock, said };
}

const names = ["a", "b", "c", "d", "e"];
const strict = { concurrency: 1, failureBudget: { count: 0, mode: "strict" } } as const;
const soft = { concurrency: 1, failureBudget: { count: 0, mode: "soft" } } as const;
const breaksAt =
  (broken: string) =>
  async ({ tenant }: DesiredTenant) =>
    tenant.name === broken
      ? ({ outcome: "failed", cause: "crashed" } as const)
      : ({ outcome: "changed", what: "runs v2" } as const);
const rolled = (fleet: Fleet, work: TenantStage["work"], before: readonly StageOutcome[] = []) =>
  runWave({ stages: [{ stage: "roll", work }], before }, fleet);
const summary = (outcomes: readonly StageOutcome[]): string => outcomes.map(({ outcome }) => outcome).join(" ");

describe("a wave", () => {
  test("with a strict budget starts no tenant after the budget is spent, and says at whom it stopped", async () => {
    const { fleet } = fleetOf(names, strict);
    const outcomes = await rolled(fleet, breaksAt("b"));

    expect(summary(outcomes)).toBe("changed failed skipped skipped skipped");
    expect(outcomes[2]?.cause).toBe("not started, because the wave stopped at b: crashed");
  });

  test("with a soft budget is finished all the same", async () => {
    const { fleet } = fleetOf(names, soft);
    const outcomes = await rolled(fleet, breaksAt("b"));

    expect(summary(outcomes)).toBe("changed failed changed changed changed");
  });

  test("counts what failed in the stages before against the same budget", async () => {
    const { fleet } = fleetOf(names.slice(1), strict);
    const before: StageOutcome[] = [
      {
        tenant: "a",
        environment: "production",
        stage: "migrate",
        outcome: "failed",
        durationMs: 1,
        cause: "no column",
      },
    ];
    const outcomes = await rolled(fleet, breaksAt("nobody"), before);

    expect(summary(outcomes)).toBe("skipped skipped skipped skipped");
  });

  test("keeps what is known of the others when one tenant meets what nobody foresaw", async () => {
    const { fleet } = fleetOf(names, soft);
    const outcomes = await rolled(fleet, async ({ tenant }) => {
      if (tenant.name === "c") throw Object.assign(new Error("no permission"), { name: "AccessDeniedException" });
      return { outcome: "changed" };
    });

    expect(summary(outcomes)).toBe("changed changed failed changed changed");
    expect(outcomes[2]).toMatchObject({ cause: "AccessDeniedException: no permission", reasonCode: "unexpected" });
    expect(outcomes[2]?.evidence?.join("\n")).toContain("fleet-wave.test.ts");
  });

  test("tells a failure somebody can mend with its own reason", async () => {
    const { fleet } = fleetOf(["a"], soft);
    const [outcome] = await rolled(fleet, async () => {
      throw new OperatorError("no-stack", "a has no stack; apply it first");
    });

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "no-stack", next: "/retry a" });
  });

  test("says at the failure who failed, and once a minute how far it is", async () => {
    const { fleet, clock, said } = fleetOf(names, soft);
    await rolled(fleet, async ({ tenant }) => {
      await clock.sleep(40_000);
      return await breaksAt("b")({ tenant } as DesiredTenant);
    });

    expect(said).toEqual([
      "b: crashed",
      "roll: 2 of 5 tenants, 1 not settled",
      "roll: 4 of 5 tenants, 1 not settled",
      "roll: 5 of 5 tenants, 1 not settled",
    ]);
  });
});

describe("a wave of several stages", () => {
  /** Notes when each tenant is through with each stage. */
  const stagesWith = (
    clock: { sleep(milliseconds: number): Promise<void>; now(): Date },
    took: (tenant: string, stage: string) => number,
  ) => {
    const ends = new Map<string, number>();
    const begun = clock.now().getTime();
    const stages = (["apply", "migrate", "roll"] as const).map(
      (stage): TenantStage => ({
        stage,
        work: async ({ tenant }) => {
          await clock.sleep(took(tenant.name, stage));
          ends.set(`${tenant.name} ${stage}`, clock.now().getTime() - begun);
          return { outcome: "changed" };
        },
      }),
    );
    return { ends, stages };
  };

  test("a tenant that is migrated rolls while others still migrate: the wave takes as long as its slowest tenant", async () => {
    const { fleet, clock } = fleetOf(names, { ...soft, concurrency: 5 });
    // The sum of the slowest of each stage would be three hundred seconds.
    const slow: Readonly<Record<string, string>> = { a: "apply", b: "migrate", c: "roll" };
    const { ends, stages } = stagesWith(clock, (tenant, stage) => (slow[tenant] === stage ? 100_000 : 1_000));
    const outcomes = await runWave({ stages, before: [] }, fleet);

    expect(outcomes).toHaveLength(15);
    expect(ends.get("d roll")).toBe(3_000);
    expect(Math.max(...ends.values())).toBe(102_000);
  });

  test("a tenant that fails in one is in no later one, and the others go through all", async () => {
    const { fleet } = fleetOf(["a", "b"], { ...soft, concurrency: 2 });
    const stages = (["apply", "migrate", "roll"] as const).map(
      (stage): TenantStage => ({
        stage,
        work: stage === "migrate" ? breaksAt("a") : async () => ({ outcome: "changed" }),
      }),
    );
    const outcomes = await runWave({ stages, before: [] }, fleet);

    expect(outcomes.map(({ tenant, stage, outcome }) => `${tenant} ${stage} ${outcome}`)).toEqual([
      "a apply changed",
      "a migrate failed",
      "b apply changed",
      "b migrate changed",
      "b roll changed",
    ]);
  });

  test("a strict budget that is spent in one stops those before and after it", async () => {
    const { fleet, clock } = fleetOf(["a", "b", "c"], { ...strict, concurrency: 2 });
    const stages = (["apply", "migrate", "roll"] as const).map(
      (stage): TenantStage => ({
        stage,
        work: async ({ tenant }) => {
          await clock.sleep(tenant.name === "a" ? 1_000 : 5_000);
          return tenant.name === "a" && stage === "migrate"
            ? { outcome: "failed", cause: "no column" }
            : { outcome: "changed" };
        },
      }),
    );
    const outcomes = await runWave({ stages, before: [] }, fleet);

    expect(outcomes.map(({ tenant, stage, outcome }) => `${tenant} ${stage} ${outcome}`)).toEqual([
      "a apply changed",
      "a migrate failed",
      "b apply changed",
      "b migrate skipped",
      "c apply skipped",
    ]);
  });

  test("says how many are through with each", async () => {
    const { fleet, clock, said } = fleetOf(["a", "b"], { ...soft, concurrency: 2 });
    const { stages } = stagesWith(clock, (tenant) => (tenant === "a" ? 10_000 : 35_000));
    await runWave({ stages, before: [] }, fleet);

    expect(said).toEqual([
      "apply: 2, migrate: 2, roll: 1 of 2 tenants, 0 not settled",
      "apply: 2, migrate: 2, roll: 2 of 2 tenants, 0 not settled",
    ]);
  });
});

test("only so many of one lane work at a time, and others pass them by", async () => {
  const clock = skippingClock();
  const enter = lanes(2);
  const inside = new Map<string, number>();
  let most = 0;
  const ends: string[] = [];
  const work = (lane: string | undefined, name: string) =>
    enter(lane, async () => {
      const key = lane ?? "none";
      inside.set(key, (inside.get(key) ?? 0) + 1);
      if (lane === "shared") most = Math.max(most, inside.get(key) ?? 0);
      await clock.sleep(10);
      inside.set(key, (inside.get(key) ?? 1) - 1);
      ends.push(name);
    });
  await Promise.all([..."abcde"].map((name) => work("shared", name)).concat(work(undefined, "free")));

  expect(most).toBe(2);
  expect(ends.indexOf("free")).toBeLessThan(ends.indexOf("c"));
  expect(ends.toSorted()).toEqual([..."abcde", "free"]);
});
