import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../actions/migrate/migrate.ts";
import { roll } from "../../actions/roll/roll.ts";
import { type FleetStage, startFleetStage } from "../fixtures/fleet-stage.ts";
import { killedRelease } from "../fixtures/killed-release.ts";

const tenants = ["clinic-a", "clinic-b", "clinic-c"];

let stage: FleetStage;
let whole = 0;
beforeAll(async () => {
  stage = await startFleetStage({ tenants, releases: ["v1.4.0"] });
  await migrate({ before: [], trialScript: "" }, stage.process("v1.4.0"));
  await roll({ before: [] }, stage.process("v1.4.0"));
  const { calls } = await killedRelease(stage, { release: "v2.0.0", tenants, kill: { when: "before-effect" } });
  whole = calls;
});
afterAll(() => stage.stop());

/** A sample over the whole release; `scripts/bench` tries every call. */
const samples = [0.02, 0.08, 0.15, 0.22, 0.3, 0.4, 0.5, 0.65, 0.8, 0.95];

test.for(samples.flatMap((share) => [[share, "before-effect"] as const, [share, "after-effect"] as const]))(
  "a release killed after %d of its calls, %s, is whole after the next one: no migration twice, nothing half-way",
  async ([share, when]) => {
    const at = Math.max(1, Math.round(share * whole));
    const release = `v2.${at}.${when === "before-effect" ? 1 : 2}`;
    const after = await killedRelease(stage, { release, tenants, kill: { at, when } });

    expect(after.outcomes.filter(({ outcome }) => outcome !== "changed" && outcome !== "unchanged")).toEqual([]);
    for (const tenant of tenants) {
      expect(after.tenants[tenant]).toEqual({ migrations: 1, runs: [release, release, release] });
    }
  },
);
