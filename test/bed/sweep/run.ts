#!/usr/bin/env node
/** Sweeps from the command line, and says what diverged. */
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { commandLine } from "../../../scripts/command-line.ts";
import { scenarios } from "./scenarios.ts";
import { type SweepReport, type SweepRequest, sweep } from "./sweep.ts";
import { openSweepStage } from "./sweep-stage.ts";

const usage = `scripts/bench sweep [options]: kills an action with SIGKILL at each of its calls and runs it again

  --scenario NAME  as often as you like; all if left out: ${Object.keys(scenarios).join(", ")}
  --sample N       only so many points of each, chosen by the seed (default: every point)
  --seed TEXT      the same seed chooses the same points (default: a new one, which is printed)
  --job-goes-on    after a kill the jobs and steps that always run still do; without it the machine is lost
  --bundles        runs the committed bundles (default: the sources they are made from)
  --at-once N      acts at the same time (default: 4)
  --json FILE      also write the report here`;

const { values, refuse } = commandLine(
  { usage },
  {
    options: {
      scenario: { type: "string", multiple: true, default: Object.keys(scenarios) },
      sample: { type: "string" },
      seed: { type: "string", default: randomUUID().slice(0, 8) },
      "at-once": { type: "string", default: "4" },
      "job-goes-on": { type: "boolean", default: false },
      bundles: { type: "boolean", default: false },
      json: { type: "string" },
    },
  },
);
const [count, atOnce] = [Number(values.sample ?? 1), Number(values["at-once"])];
const unknown = values.scenario.filter((name) => !(name in scenarios));
if (unknown.length > 0) refuse(`no scenario ${unknown.join(", ")}; there is ${Object.keys(scenarios).join(", ")}`);
if (!(count >= 1)) refuse(`--sample must be a number of at least 1, got ${values.sample}`);
if (!(atOnce >= 1)) refuse(`--at-once must be a number of at least 1, got ${values["at-once"]}`);
const tries: SweepRequest["tries"] = values.sample === undefined ? "all" : { sample: count, seed: values.seed };
const aftermath = values["job-goes-on"] ? "job-goes-on" : "machine-lost";

const reports: SweepReport[] = [];
for (const name of values.scenario) {
  const stage = await openSweepStage(values.bundles ? "bundles" : "sources");
  try {
    const scenario = scenarios[name]?.(stage);
    if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
    reports.push(await sweep({ scenario, aftermath, tries, atOnce, say: console.log }));
  } finally {
    await stage.stop();
  }
}
for (const { scenario, calls, points, tried, missed, divergences } of reports) {
  console.log(
    `${scenario} (${aftermath}): ${tried} of ${points} points of ${calls} calls tried, ${missed} not reached, ${divergences.length} diverged`,
  );
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(reports, undefined, 2)}\n`);
if (reports.some(({ divergences }) => divergences.length > 0)) process.exitCode = 1;
