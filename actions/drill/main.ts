import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { restoreCells } from "../lib/adapters/aws/cell-restore.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { drillSummary } from "../lib/report/restore-drill.ts";
import { runAction } from "../lib/runtime/action.ts";
import { contract } from "./contract.ts";
import { drill, drillFailure, drillOutputs } from "./drill.ts";

await runAction(contract, async (input, context, progress) => {
  const clock = systemClock(context.clockSpeed, context.clockStarted);
  const declarations = await loadDeclarations(context.workspace);
  const looking = awsCells({ ...context, kind: "plan", progress }, { records: cellRecords });
  const run = { id: context.runId, url: context.runUrl };
  const outcome = await drill(
    { ...input, declarations, run },
    {
      cells: (tenant) => restoreCells({ ...context, tenant, role: "restore", clock, progress }),
      records: (environment) => looking(environment).records,
      clock,
      progress,
    },
  );
  const summary = outcome.step === "drill" && { summary: drillSummary(outcome.record, { run: context.runUrl }) };
  return { outputs: drillOutputs(outcome), ...summary, ...drillFailure(outcome) };
});
