/** A wave over several jobs: each shard settles its own tenants, and the last job gathers them to one outcome. */
import { beforeEach, describe, expect, test } from "vitest";
import { type DeployFleet, deploy } from "../../actions/deploy/deploy.ts";
import { waveKey } from "../../actions/lib/domain/deploy-record.ts";
import type { DesiredTenant } from "../../actions/lib/domain/desired.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { settledFingerprints } from "../../actions/lib/domain/settled.ts";
import type { Fleet } from "../../actions/lib/ports/fleet.ts";
import { waveSummary } from "../../actions/lib/report/wave-summary.ts";
import { type ClosedWave, closeWave } from "../../actions/settle/close-wave.ts";
import { telling } from "../../actions/settle/telling.ts";
import { memoryRecords } from "../fixtures/memory-records.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";
import { keptIssues } from "../fixtures/watched-cell.ts";

let records = memoryRecords();
let issues = keptIssues();
beforeEach(() => {
  records = memoryRecords();
  issues = keptIssues();
});

const all = ["a", "b", "c", "d"];

function fleetOf(names: readonly string[]): Fleet<"records"> {
  const rollout = { failureBudget: { count: 1, mode: "soft" } };
  const environment = { name: "production", rollout } as unknown as Environment;
  return {
    cell: { environment, records, stacks: {} as Fleet["cell"]["stacks"] },
    platform: {},
    tenants: names.map(
      (name) => ({ tenant: { name }, environment, release: "v1.5.0", fingerprint: "f1" }) as unknown as DesiredTenant,
    ),
    clock: skippingClock(),
    progress: { say: () => {} },
  };
}

const rolled = (tenant: string, outcome: "changed" | "failed" = "changed"): StageOutcome => ({
  ...{ tenant, environment: "production", stage: "roll", outcome, durationMs: 60_000 },
  startedAt: "2026-11-26T23:50:00Z",
  ...(outcome === "failed" && { cause: "crashed" }),
});

/** What a job of a run does at its end: of one shard, or, without a shard, of the whole wave. */
async function close(
  names: readonly string[],
  outcomes: readonly StageOutcome[],
  shard?: number,
  { runAttempt = 1, job }: { readonly runAttempt?: number; readonly job?: "failure" } = {},
): Promise<ClosedWave> {
  const fleet = fleetOf(names);
  return await closeWave(
    {
      ...{ outcomes, commit: "c0ffee0", operation: "deploy-88-1", actor: "alice", runUrl: "https://run" },
      ...{ runId: "88", runAttempt, wave: 1, waves: 2, shards: 2 },
      ...(job !== undefined && { job }),
      ...(shard !== undefined && { shard }),
    },
    fleet,
    {
      issues: issues.issues,
      telling: telling(fleet),
      deployments: { record: async () => {} },
      writeIssue: ({ tenant }) => ({ title: tenant, body: "" }),
      view: { show: async () => {} },
      pulls: { open: async () => [], view: () => ({ show: async () => {} }), planAgain: async () => "started" },
    },
  );
}

const settled = async (): Promise<readonly string[]> =>
  [...settledFingerprints(await records.list("settled/")).keys()].toSorted();

describe("a shard", () => {
  test("settles its own tenants, and closes no gate whatever failed in it", async () => {
    const closed = await close(["c", "d"], [rolled("c", "failed"), rolled("d", "failed")], 2);

    expect(closed).toMatchObject({ unsettled: ["c", "d"] });
    expect(closed.stoppedBecause).toBeUndefined();
    expect([...issues.all.values()].map(({ title }) => title)).toEqual(["c", "d"]);
    expect(records.all.has(waveKey("88", 1))).toBe(false);
  });
});

describe("the job that gathers the shards", () => {
  test("gives one outcome of all tenants, within the failure budget of the whole wave", async () => {
    await close(["a", "b"], [rolled("a"), rolled("b")], 1);
    await close(["c", "d"], [rolled("c"), rolled("d", "failed")], 2);
    const closed = await close(all, []);

    expect(closed.unsettled).toEqual(["d"]);
    expect(closed.stoppedBecause).toBeUndefined();
    expect(closed.outcomes.map(({ tenant }) => tenant).toSorted()).toEqual(all);
    expect(records.all.get(waveKey("88", 1))?.value).toMatchObject({ environment: "production", wave: 1 });
    expect(await settled()).toEqual(["a", "b", "c"]);
  });

  test("closes the gate when the shards together failed more than the budget allows", async () => {
    await close(["a", "b"], [rolled("a"), rolled("b", "failed")], 1);
    await close(["c", "d"], [rolled("c"), rolled("d", "failed")], 2);

    expect((await close(all, [])).stoppedBecause).toBe("b: crashed (and 1 more)");
  });

  test("calls the tenants of a shard that was lost not settled, and opens their issues", async () => {
    await close(["a", "b"], [rolled("a"), rolled("b")], 1);
    const closed = await close(all, []);

    expect(closed.unsettled.toSorted()).toEqual(["c", "d"]);
    expect(closed.stoppedBecause).toContain("the run ended before this tenant was done");
    expect([...issues.all.values()].map(({ title }) => title).toSorted()).toEqual(["c", "d"]);
    expect(await settled()).toEqual(["a", "b"]);
  });

  test("is not told of tenants and shards that only an earlier attempt of the whole wave had", async () => {
    await close(["a", "b"], [rolled("a"), rolled("b", "failed")], 1);
    await close(["c", "d"], [rolled("c", "failed"), rolled("d", "failed")], 3);

    await close(["c"], [rolled("c")], 1);
    await close(["d"], [rolled("d")], 2);
    const closed = await close(["c", "d"], []);

    expect(closed).toMatchObject({ unsettled: [], outcomes: [rolled("c"), rolled("d")] });
    expect(closed.stoppedBecause).toBeUndefined();
  });

  test("finds what the second attempt of a shard left, not the first", async () => {
    await close(["a", "b"], [rolled("a"), rolled("b")], 1);
    await close(["c", "d"], [rolled("c", "failed"), rolled("d", "failed")], 2);
    await close(["c", "d"], [rolled("c"), rolled("d")], 2);

    expect(await close(all, [])).toMatchObject({ unsettled: [] });
    expect(await settled()).toEqual(all);
  });

  test("does not take a shard whose job failed and was lost when it was run again for what its first attempt left", async () => {
    await close(["a", "b"], [rolled("a"), rolled("b")], 1);
    await close(["c", "d"], [rolled("c"), rolled("d")], 2, { job: "failure" });

    expect((await close(all, [])).unsettled).toEqual([]);
    const again = await close(all, [], undefined, { runAttempt: 2 });
    expect(again.unsettled.toSorted()).toEqual(["c", "d"]);
    expect(again.stoppedBecause).toContain("the run ended before this tenant was done");
  });

  test("nor one that was run again although it had gone well, and was lost at work", async () => {
    await close(["a", "b"], [rolled("a"), rolled("b")], 1);
    await close(["c", "d"], [rolled("c"), rolled("d")], 2);
    const place = { runId: "88", runAttempt: 2, wave: 1, shard: 2, shards: 2, waveTenants: 4 };
    await deploy({ place, trialScript: "" }, fleetOf([]) as DeployFleet);

    expect((await close(all, [], undefined, { runAttempt: 2 })).unsettled.toSorted()).toEqual(["c", "d"]);
  });

  test("is not misled by another wave of the same run", async () => {
    await close(["a", "b"], [rolled("a"), rolled("b")], 1);
    await records.put("operations/shards/88/wave-11/outcomes/1.json", {
      attempt: 1,
      outcomes: [rolled("x", "failed")],
    });
    await close(["c", "d"], [rolled("c"), rolled("d")], 2);

    expect((await close(all, [])).unsettled).toEqual([]);
  });
});

describe("a tenant that was changed and did not get to its end", () => {
  const first = (): Promise<ClosedWave> => close(["a", "b"], [rolled("a"), rolled("b")], 1);

  test("is due also when its change is taken back, for it is not what it was either", async () => {
    await first();
    await close(["a", "b"], [rolled("a", "failed"), rolled("b")], 1);

    expect(await settled()).toEqual(["b"]);
    await first();
    expect(await settled()).toEqual(["a", "b"]);
    expect((await records.list("settled/a/")).length).toBe(1);
  });

  test("is so too when the wave stopped between two of its stages", async () => {
    await first();
    const applied: StageOutcome = { ...rolled("a"), stage: "apply" };
    const stopped: StageOutcome = { ...rolled("a"), stage: "migrate", outcome: "skipped", cause: "the wave stopped" };
    await close(["a", "b"], [applied, stopped, rolled("b")], 1);

    expect(await settled()).toEqual(["b"]);
  });

  test("and who was not begun with is what it was", async () => {
    await first();
    const stopped: StageOutcome = { ...rolled("a"), stage: "apply", outcome: "skipped", cause: "the wave stopped" };
    await close(["a", "b"], [stopped, rolled("b")], 1);

    expect(await settled()).toEqual(["a", "b"]);
  });
});

test("a tenant whose live change ended between its roll and the end of the wave is settled as it was rolled, so that it is due again", async () => {
  await records.put("settled/a/ended-op-1", { at: "2026-11-26T23:55:00Z", operation: "op-1" });
  await close(
    ["a", "b"],
    [
      { ...rolled("a"), fingerprint: "f1-and-more-tasks" },
      { ...rolled("b"), fingerprint: "f1" },
    ],
    1,
  );

  const found = settledFingerprints(await records.list("settled/"));
  expect(Object.fromEntries(found)).toEqual({ a: "f1-and-more-tasks", b: "f1" });
  expect(records.all.get("settled/a/f1-and-more-tasks")?.value).toMatchObject({ at: "2026-11-26T23:50:00Z" });
});

test("there is one summary, from the first tenant's beginning to the end", () => {
  const outcomes = [rolled("a"), rolled("d", "failed")];
  const wave = { environment: "production", wave: 1, waves: 2, outcomes, run: "https://run" };
  const now = new Date("2026-11-27T00:00:00Z");

  expect(waveSummary({ ...wave, shards: 2, now })).toContain("Wave 1 of 2 in production: 1 tenant not settled");
  expect(waveSummary({ ...wave, shards: 2, now })).toContain("10 min");
  expect(waveSummary({ ...wave, shard: 2, shards: 2, now })).toContain("Wave 1 of 2, shard 2 of 2 in production");
});
