import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellUtilization } from "../lib/adapters/aws/metrics-usage.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { itemisedPrices } from "../lib/adapters/files/prices.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { gitHubIssues } from "../lib/adapters/github/issues.ts";
import { limits } from "../lib/report/budget.ts";
import { costReport, costWriting } from "../lib/report/cost-report.ts";
import { runAction } from "../lib/runtime/action.ts";
import { contract } from "./contract.ts";
import { reportCost } from "./report-cost.ts";

await runAction(contract, async ({ "github-token": token }, context) => {
  const cells = awsCells({ ...context, kind: "plan" }, { utilization: cellUtilization });
  const issues = gitHubIssues(gitHubRepository({ ...context, token }));
  const cost = await itemisedPrices(context.workspace);
  const ports = {
    cells,
    cost,
    issues,
    write: costWriting(context.runUrl),
    clock: systemClock(context.clockSpeed, context.clockStarted),
  };
  const report = await reportCost(await loadDeclarations(context.workspace), ports);
  return {
    outputs: { recommendations: JSON.stringify(report.recommendations) },
    summary: costReport(report, context.runUrl, limits.stepSummary).body,
  };
});
