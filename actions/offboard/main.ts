import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellDatabases } from "../lib/adapters/aws/cell-databases.ts";
import { cellFarewell } from "../lib/adapters/aws/cell-farewell.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellServices } from "../lib/adapters/aws/cell-services.ts";
import { cellStacks } from "../lib/adapters/aws/cell-stacks.ts";
import { cellTasks } from "../lib/adapters/aws/cell-tasks.ts";
import { cellInventory } from "../lib/adapters/aws/drift-inventory.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { gitHubIssues } from "../lib/adapters/github/issues.ts";
import { offboardSummary } from "../lib/report/offboard-summary.ts";
import { runAction } from "../lib/runtime/action.ts";
import { contract } from "./contract.ts";
import { offboardFailure, offboardGone } from "./offboard-gone.ts";

const parts = {
  ...{ stacks: cellStacks, records: cellRecords, services: cellServices, tasks: cellTasks },
  ...{ inventory: cellInventory, farewell: cellFarewell, databases: cellDatabases },
};

await runAction(contract, async ({ environment, "github-token": token }, context, progress) => {
  const cells = awsCells({ ...context, kind: "deploy" }, parts);
  const declarations = await loadDeclarations(context.workspace);
  const issues = gitHubIssues(gitHubRepository({ ...context, token }));
  const ports = { cells, issues, clock: systemClock(context.clockSpeed, context.clockStarted), progress };
  const result = await offboardGone({ declarations, environment, ...context }, ports);
  const { certificates } = result;
  const removed = JSON.stringify(certificates.map(({ tenant }) => tenant));
  return {
    outputs: { removed, certificates: JSON.stringify(certificates) },
    summary: offboardSummary(result),
    ...offboardFailure(result),
  };
});
