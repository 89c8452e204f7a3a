#!/usr/bin/env node
/** Sweeps from the command line, and says what diverged. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type ScenarioName, scenarios } from "./scenario.ts";
import { type SweepReport, sweep } from "./sweep.ts";
import { openSweepStage } from "./sweep-stage.ts";

const usage = `scripts/bench sweep [options]: kills a deployment with SIGKILL at each of its calls and runs it again

  --scenario NAME  ${Object.keys(scenarios).join(" or ")}; all if left out
  --job-goes-on    after a kill the job's last step still runs; without it the machine is lost
  --every N        only each Nth point (default: 1)
  --at-once N      deployments at the same time (default: 4)
  --json FILE      also write the report here`;

const { values } = parseArgs({
  options: {
    scenario: { type: "string" },
    every: { type: "string", default: "1" },
    "at-once": { type: "string", default: "4" },
    "job-goes-on": { type: "boolean", default: false },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const names = values.scenario === undefined ? Object.keys(scenarios) : [values.scenario];
const [every, atOnce] = [Number(values.every), Number(values["at-once"])];
if (!names.every((name) => name in scenarios) || !(every >= 1) || !(atOnce >= 1)) {
  console.error(usage);
  process.exit(2);
}

const reports: SweepReport[] = [];
for (const name of names) {
  const stage = await openSweepStage();
  try {
    const aftermath = values["job-goes-on"] ? "job-goes-on" : "machine-lost";
    const scenario = scenarios[name as ScenarioName];
    reports.push(await sweep(stage, { scenario, aftermath, every, atOnce, say: console.log }));
  } finally {
    await stage.stop();
  }
}
for (const { scenario, aftermath, calls, points, tried, missed, divergences } of reports) {
  console.log(
    `${scenario} (${aftermath}): ${tried} of ${points} points of ${calls} calls tried, ${missed} not reached, ${divergences.length} diverged`,
  );
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(reports, undefined, 2)}\n`);
if (reports.some(({ divergences }) => divergences.length > 0)) process.exitCode = 1;
