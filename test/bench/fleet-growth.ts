/** How the roll of a release grows from ten tenants to a thousand: always against the time AWS's limits alone need for as many. */
import { runFleet } from "../fixtures/fleet-run.ts";
import type { Benchmark, Figure } from "./figure.ts";

export const benchmark: Benchmark = { runs: 3, measure };

/** So many tenants at so many bed seconds per real second: few calls can be hurried more. */
const sizes = [
  { tenants: 10, speed: 12 },
  { tenants: 100, speed: 12 },
  { tenants: 1_000, speed: 10 },
] as const;

async function measure(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { tenants, speed } of sizes) {
    const run = { tenants, speed, sharePercent: 85, throttlingPercent: 0, neverStartPercent: 0 };
    const { seconds, floorAtShare, calls, outcomes } = await runFleet(run);
    const unsettled = outcomes.filter(({ outcome }) => outcome !== "changed").length;
    if (unsettled > 0) throw new Error(`${unsettled} of ${tenants} tenants did not settle`);
    figures.push({
      what: `release to ${tenants} tenants × 3 services, from first call to last`,
      ...{ unit: "s", measured: seconds, floor: floorAtShare },
      note: `bed time; ${calls.length} calls, ${(calls.length / tenants).toFixed(1)} a tenant; for few tenants ECS itself takes longer than the limits`,
    });
  }
  return figures;
}
