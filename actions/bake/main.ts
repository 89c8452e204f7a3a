import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellHealth } from "../lib/adapters/aws/cell-health.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellServices } from "../lib/adapters/aws/cell-services.ts";
import { cellStackReads } from "../lib/adapters/aws/cell-stack-reads.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { stillGoing } from "../lib/domain/stage-selection.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import { runAction } from "../lib/runtime/action.ts";
import { outcomesOutput } from "../lib/runtime/wave-contract.ts";
import { bake } from "./bake.ts";
import { contract } from "./contract.ts";

await runAction(
  contract,
  async ({ environment, tenants, outcomes: before, wave, waves, shards }, context, progress) => {
    const clock = systemClock(context.clockSpeed, context.clockStarted);
    const parts = { stacks: cellStackReads, services: cellServices, health: cellHealth, records: cellRecords };
    const cells = awsCells({ ...context, kind: "deploy", progress }, parts);
    const declarations = await loadDeclarations(context.workspace);
    const selection = { declarations, environment, tenants: stillGoing(tenants, before), shards };
    const fleet = await selectFleet(selection, { cells, clock, progress });
    const ill = await bake({ before, wave, waves }, fleet);
    return { outputs: { outcomes: outcomesOutput([...before, ...ill]) } };
  },
);
