/**
 * How long a new release takes through a fleet, against the time that AWS's limits alone need. Measured is real: adapters over HTTP,
 * the bed's published token buckets, its service scheduler. Only the stacks are made up, because making 300 of them would take
 * longer than what is measured. Times are the bed's.
 */
import { type FleetRun, type FleetRunReport, runFleet } from "../fixtures/fleet-run.ts";
import type { Benchmark, Figure } from "./figure.ts";

export const benchmark: Benchmark = { runs: 3, measure };

const plain: FleetRun = { tenants: 300, sharePercent: 85, throttlingPercent: 0, neverStartPercent: 0, speed: 12 };

async function measure(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const troubled = { ...plain, throttlingPercent: 5, neverStartPercent: 2 };
  for (const run of [plain, troubled, { ...plain, sharePercent: 95 }, { ...plain, migrates: true } as const]) {
    figures.push(...figuresOf(run, await runFleet(run)));
  }
  return figures;
}

function figuresOf(run: FleetRun, report: FleetRunReport): readonly Figure[] {
  const trouble =
    run.throttlingPercent + run.neverStartPercent === 0
      ? ""
      : `, ${run.throttlingPercent} % throttled, ${run.neverStartPercent} % of tasks never start`;
  const first = run.migrates === true ? ", each migrated first" : "";
  const what = `release to ${run.tenants} tenants × 3 services${first}, ${run.sharePercent} % of AWS's rates${trouble}`;
  // A call that is refused by chance has to be made again, and each try takes a token.
  const floor = report.floorAtShare / (1 - run.throttlingPercent / 100);
  const { seconds, calls, outcomes, floorPublished } = report;
  const throttled = calls.filter(({ outcome }) => outcome.includes("Throttling")).length;
  return [
    {
      what: `${what}: against what that share allows (${Math.round(floor)} s)`,
      unit: "times the floor",
      measured: seconds / floor,
      // The bar is for what an environment is given to begin with; how much a larger share brings is for comparison.
      ...(run.sharePercent === plain.sharePercent && { bar: 1.1 }),
      floor: 1,
      note: `${Math.round(seconds)} s; floor ${Math.round(floor)} s at that share, ${Math.round(floorPublished)} s at all of AWS's rate; ${calls.length} calls, ${throttled} throttled`,
    },
    {
      what: `the same against all that AWS allows (${Math.round(floorPublished)} s)`,
      ...{ unit: "times the floor", measured: seconds / floorPublished, floor: 1 },
      note: `an environment that takes all of AWS's rate leaves none to people and to AWS's own calls; ${Math.round(seconds)} s`,
    },
    {
      what: `tenants not settled: ${what}`,
      unit: "points",
      measured: outcomes.filter(({ outcome }) => outcome !== "changed").length,
      bar: 0,
    },
  ];
}
