/**
 * Processes of deployments, commands and restores killed at some of their calls, chosen by a seed that is in the note.
 * `scripts/bench sweep` kills them at all.
 */
import { randomUUID } from "node:crypto";
import { scenarios } from "../bed/sweep/scenarios.ts";
import { sweep } from "../bed/sweep/sweep.ts";
import { openSweepStage } from "../bed/sweep/sweep-stage.ts";
import type { Benchmark, Figure } from "./figure.ts";

export const benchmark: Benchmark = { runs: 1, measure };

const pointsOfEach = 8;

async function measure(): Promise<readonly Figure[]> {
  const seed = randomUUID().slice(0, 8);
  const figures: Figure[] = [];
  for (const [index, [name, open]] of Object.entries(scenarios).entries()) {
    const stage = await openSweepStage();
    try {
      const report = await sweep({
        ...{ scenario: open(stage), aftermath: index % 2 === 0 ? "machine-lost" : "job-goes-on" },
        ...{ tries: { sample: pointsOfEach, seed }, atOnce: 4, say: (line) => console.error(line) },
      });
      figures.push({
        what: `kills of ${report.scenario} after which the next run did not end as an undisturbed one`,
        ...{ unit: "points", measured: report.divergences.length, bar: 0 },
        note: `${report.tried} of ${report.points} points tried (${name}, seed ${seed}, ${report.aftermath})`,
      });
    } finally {
      await stage.stop();
    }
  }
  return figures;
}
