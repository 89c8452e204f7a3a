/**
 * Kills a release of three tenants at every one of its AWS calls, once before the call had its effect and once after, and lets the
 * next run take over. In one process: what is cut off is the way to AWS. `scripts/bench sweep` does it with real processes.
 */
import { migrate } from "../../actions/migrate/migrate.ts";
import { roll } from "../../actions/roll/roll.ts";
import { startFleetStage } from "../fixtures/fleet-stage.ts";
import { killedRelease, type Takeover } from "../fixtures/killed-release.ts";
import type { Benchmark, Figure } from "./figure.ts";

export const benchmark: Benchmark = { runs: 1, measure };

const tenants = ["clinic-a", "clinic-b", "clinic-c"];

async function measure(): Promise<readonly Figure[]> {
  const stage = await startFleetStage({ tenants, releases: ["v1.4.0"] });
  try {
    await migrate({ before: [], trialScript: "" }, stage.process("v1.4.0"));
    await roll({ before: [] }, stage.process("v1.4.0"));
    const points: { readonly release: string; readonly after: Takeover }[] = [];
    for (const [minor, when] of (["before-effect", "after-effect"] as const).entries()) {
      for (let at = 1; ; at++) {
        const release = `v3.${minor}.${at}`;
        const after = await killedRelease(stage, { release, tenants, kill: { at, when } });
        // Fewer calls than that: the release was through before anything was cut.
        if (after.calls < at) break;
        points.push({ release, after });
      }
    }
    const wrong = points.filter(({ release, after }) => !isWhole(release, after));
    for (const { release, after } of wrong) console.error(release, JSON.stringify(after.tenants));
    return [
      {
        what: "kills after which the next run did not make a release of three tenants whole",
        unit: "points",
        measured: wrong.length,
        bar: 0,
        note: `${points.length} kills: at every call, before and after its effect`,
      },
    ];
  } finally {
    await stage.stop();
  }
}

function isWhole(release: string, { outcomes, tenants: states }: Takeover): boolean {
  const settled = outcomes.every(({ outcome }) => outcome === "changed" || outcome === "unchanged");
  return (
    settled &&
    Object.values(states).every(({ migrations, runs }) => migrations === 1 && runs.every((one) => one === release))
  );
}
