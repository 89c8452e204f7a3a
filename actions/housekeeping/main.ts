import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellServices } from "../lib/adapters/aws/cell-services.ts";
import { cellStacks } from "../lib/adapters/aws/cell-stacks.ts";
import { cellInventory } from "../lib/adapters/aws/drift-inventory.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { housekeepingSummary } from "../lib/report/housekeeping-summary.ts";
import { runAction } from "../lib/runtime/action.ts";
import { contract } from "./contract.ts";
import { housekeepingOutputs, keepHouse } from "./keep-house.ts";

await runAction(contract, async (input, context, progress) => {
  const cells = awsCells(
    { ...context, kind: input.mode === "look" ? "plan" : "deploy" },
    { stacks: cellStacks, records: cellRecords, services: cellServices, inventory: cellInventory },
  );
  const declarations = await loadDeclarations(context.workspace);
  const ports = { cells, clock: systemClock(context.clockSpeed, context.clockStarted), progress };
  const done = await keepHouse({ declarations, ...input, ...context }, ports);
  return { outputs: housekeepingOutputs(done), summary: housekeepingSummary(done) };
});
