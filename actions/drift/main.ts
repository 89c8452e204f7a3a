import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellImages } from "../lib/adapters/aws/cell-images.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellServices } from "../lib/adapters/aws/cell-services.ts";
import { cellStacks } from "../lib/adapters/aws/cell-stacks.ts";
import { cellInventory } from "../lib/adapters/aws/drift-inventory.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { loadKnownDrift } from "../lib/adapters/files/known-drift.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { gitHubIssues } from "../lib/adapters/github/issues.ts";
import { driftWriting } from "../lib/report/drift-issue.ts";
import { driftSummary } from "../lib/report/drift-summary.ts";
import { runAction } from "../lib/runtime/action.ts";
import { contract } from "./contract.ts";
import { drift, driftOutputs } from "./drift.ts";

const parts = {
  ...{ stacks: cellStacks, records: cellRecords, services: cellServices, images: cellImages, inventory: cellInventory },
};

await runAction(contract, async ({ "github-token": token, ...asked }, context, progress) => {
  const cells = awsCells({ ...context, kind: "plan" }, parts);
  const issues = gitHubIssues(gitHubRepository({ ...context, token }));
  const request = {
    declarations: await loadDeclarations(context.workspace),
    known: await loadKnownDrift(context.workspace),
    ...asked,
  };
  const clock = systemClock(context.clockSpeed, context.clockStarted);
  const results = await drift(request, { cells, issues, write: driftWriting(context.runUrl), clock, progress });
  return { outputs: driftOutputs(results), summary: driftSummary(results) };
});
