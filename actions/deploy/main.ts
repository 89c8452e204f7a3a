import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellDatabases } from "../lib/adapters/aws/cell-databases.ts";
import { cellImages } from "../lib/adapters/aws/cell-images.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellServices } from "../lib/adapters/aws/cell-services.ts";
import { cellStacks } from "../lib/adapters/aws/cell-stacks.ts";
import { cellTasks } from "../lib/adapters/aws/cell-tasks.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { readTrialScript } from "../lib/adapters/files/trial-script.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import { runAction } from "../lib/runtime/action.ts";
import { outcomesOutput } from "../lib/runtime/wave-contract.ts";
import { contract } from "./contract.ts";
import { deploy } from "./deploy.ts";

await runAction(contract, async ({ "wave-tenants": waveTenants, ...input }, context, progress) => {
  const clock = systemClock(context.clockSpeed, context.clockStarted);
  const parts = {
    stacks: cellStacks,
    services: cellServices,
    images: cellImages,
    tasks: cellTasks,
    records: cellRecords,
    backups: cellDatabases,
  };
  const cells = awsCells({ ...context, kind: "deploy", progress }, parts);
  const declarations = await loadDeclarations(context.workspace);
  const fleet = await selectFleet({ declarations, ...input }, { cells, clock, progress });
  const trialScript = await readTrialScript(context.workspace);
  const run = { operation: context.operation, holder: context.actor, run: context.runUrl, runId: context.runId };
  const place = { ...context, ...input, waveTenants: waveTenants ?? input.tenants.length };
  const outcomes = await deploy({ place, trialScript }, { ...fleet, run });
  return { outputs: { outcomes: outcomesOutput(outcomes) } };
});
