import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellDatabases } from "../lib/adapters/aws/cell-databases.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellStacks } from "../lib/adapters/aws/cell-stacks.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { stillGoing } from "../lib/domain/stage-selection.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import { deploySummary } from "../lib/report/deploy-summary.ts";
import { runAction } from "../lib/runtime/action.ts";
import { outcomesOutput } from "../lib/runtime/wave-contract.ts";
import { apply } from "./apply.ts";
import { contract } from "./contract.ts";

const parts = { stacks: cellStacks, records: cellRecords, backups: cellDatabases };

await runAction(contract, async ({ environment, tenants, outcomes: before }, context, progress) => {
  const clock = systemClock(context.clockSpeed, context.clockStarted);
  const started = clock.now().getTime();
  const cells = awsCells({ ...context, kind: "deploy", progress }, parts);
  const declarations = await loadDeclarations(context.workspace);
  const fleet = await selectFleet(
    { declarations, environment, tenants: stillGoing(tenants, before) },
    { cells, clock, progress },
  );
  const run = { operation: context.operation, holder: context.actor, run: context.runUrl, runId: context.runId };
  const outcomes = await apply({ before }, { ...fleet, run });
  const summary = deploySummary({
    what: "Apply",
    environment,
    outcomes,
    durationMs: clock.now().getTime() - started,
    links: { run: context.runUrl },
  });
  return { outputs: { outcomes: outcomesOutput([...before, ...outcomes]) }, summary };
});
