import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellImages } from "../lib/adapters/aws/cell-images.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellServices } from "../lib/adapters/aws/cell-services.ts";
import { cellStacks } from "../lib/adapters/aws/cell-stacks.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { mergeDeclarations } from "../lib/adapters/files/checkout-declarations.ts";
import { tenantPrices } from "../lib/adapters/files/prices.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { planViewOf } from "../lib/adapters/github/plan-view.ts";
import { planSummary } from "../lib/report/plan-comment.ts";
import { planWriting } from "../lib/report/plan-writing.ts";
import { runAction } from "../lib/runtime/action.ts";
import { pullRequestOf } from "../lib/runtime/pull-request.ts";
import { contract } from "./contract.ts";
import { plan, planFailure } from "./plan.ts";

await runAction(contract, async ({ "github-token": token, "merge-commit": path, depth }, context, progress) => {
  const { number: pull, commit } = pullRequestOf(context);
  const links = { run: context.runUrl, summary: context.runUrl };
  const cells = awsCells(
    { ...context, kind: "plan" },
    { stacks: cellStacks, records: cellRecords, services: cellServices, images: cellImages },
  );
  const view = planViewOf(gitHubRepository({ ...context, token }), { pull, depth, writing: planWriting });
  const cost = await tenantPrices(context.workspace);
  const request = { ...(await mergeDeclarations(path)), pull, commit, depth, links };
  const state = await plan(request, { cells, cost, view, clock: systemClock(context.clockSpeed), progress });
  return { outputs: { result: JSON.stringify(state) }, summary: planSummary(state), ...planFailure(state) };
});
