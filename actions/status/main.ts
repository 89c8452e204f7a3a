import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellServices } from "../lib/adapters/aws/cell-services.ts";
import { cellStacks } from "../lib/adapters/aws/cell-stacks.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { writePages } from "../lib/adapters/files/page-folder.ts";
import { tenantPrices } from "../lib/adapters/files/prices.ts";
import { fleetTotals } from "../lib/domain/fleet-status.ts";
import { fleetPage } from "../lib/report/fleet-page.ts";
import { runAction } from "../lib/runtime/action.ts";
import { contract } from "./contract.ts";
import { status } from "./status.ts";

await runAction(contract, async ({ folder }, context, progress) => {
  const cells = awsCells(
    { ...context, kind: "plan" },
    { stacks: cellStacks, records: cellRecords, services: cellServices },
  );
  const declarations = await loadDeclarations(context.workspace);
  const repository = context.runUrl.replace(/\/actions\/runs\/.*/, "");
  const cost = await tenantPrices(context.workspace);
  const ports = { cells, cost, clock: systemClock(context.clockSpeed, context.clockStarted), progress };
  const fleet = await status({ declarations, repository }, ports);
  const files = { "index.html": fleetPage(fleet), "fleet.json": JSON.stringify(fleet) };
  await writePages(`${context.workspace}/${folder}`, files);
  return { outputs: { folder, totals: JSON.stringify(fleetTotals(fleet.tenants)) } };
});
