import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellDefinitions } from "../lib/adapters/aws/cell-definitions.ts";
import { cellImages } from "../lib/adapters/aws/cell-images.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellStackReads } from "../lib/adapters/aws/cell-stack-reads.ts";
import { cellTasks } from "../lib/adapters/aws/cell-tasks.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { readTrialScript } from "../lib/adapters/files/trial-script.ts";
import { stillGoing } from "../lib/domain/stage-selection.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import { deploySummary } from "../lib/report/deploy-summary.ts";
import { runAction } from "../lib/runtime/action.ts";
import { outcomesOutput } from "../lib/runtime/wave-contract.ts";
import { contract } from "./contract.ts";
import { migrate } from "./migrate.ts";

await runAction(contract, async ({ environment, tenants, outcomes: before }, context, progress) => {
  const clock = systemClock(context.clockSpeed, context.clockStarted);
  const started = clock.now().getTime();
  const cells = awsCells(
    { ...context, kind: "deploy", progress },
    { stacks: cellStackReads, records: cellRecords, services: cellDefinitions, images: cellImages, tasks: cellTasks },
  );
  const declarations = await loadDeclarations(context.workspace);
  const fleet = await selectFleet(
    { declarations, environment, tenants: stillGoing(tenants, before) },
    { cells, clock, progress },
  );
  const trialScript = await readTrialScript(context.workspace);
  const run = { operation: context.operation, holder: context.actor, run: context.runUrl, runId: context.runId };
  const outcomes = await migrate({ before, trialScript }, { ...fleet, run });
  const links = { run: context.runUrl };
  const durationMs = clock.now().getTime() - started;
  const summary = deploySummary({ what: "Migrate", environment, outcomes, durationMs, links });
  return { outputs: { outcomes: outcomesOutput([...before, ...outcomes]) }, summary };
});
