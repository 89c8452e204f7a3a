import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellImages } from "../lib/adapters/aws/cell-images.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellServices } from "../lib/adapters/aws/cell-services.ts";
import { cellStacks } from "../lib/adapters/aws/cell-stacks.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { planFiles } from "../lib/adapters/files/checkout-declarations.ts";
import { tenantPrices } from "../lib/adapters/files/prices.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { planViewOf } from "../lib/adapters/github/plan-view.ts";
import { gitHubPulls } from "../lib/adapters/github/pulls.ts";
import { planSummary } from "../lib/report/plan-comment.ts";
import { planWriting as writing } from "../lib/report/plan-writing.ts";
import { runAction } from "../lib/runtime/action.ts";
import { planOccasion } from "../lib/runtime/pull-request.ts";
import { answer } from "./answer.ts";
import { contract } from "./contract.ts";
import { planFailure } from "./plan-failure.ts";
import { planResult } from "./plan-result.ts";
import { planSubject } from "./subject.ts";

await runAction(contract, async (inputs, context, progress) => {
  const { "github-token": token, "merge-commit": path, "pull-request": pull, depth } = inputs;
  const clock = systemClock(context.clockSpeed, context.clockStarted);
  const github = gitHubRepository({ ...context, token });
  const pulls = gitHubPulls(github, { writing, clock });
  const asked = { depth, ...(pull !== undefined && { pull }) };
  const subject = await planSubject(planOccasion(context), asked, pulls);
  const cells = awsCells(
    { ...context, kind: "plan", progress },
    { stacks: cellStacks, records: cellRecords, services: cellServices, images: cellImages },
  );
  const viewOf = (one: Omit<Parameters<typeof planViewOf>[1], "writing">) => planViewOf(github, { ...one, writing });
  const files = planFiles(context.workspace, path);
  const cost = await tenantPrices(context.workspace);
  const links = { run: context.runUrl, summary: context.runUrl };
  const state = await answer({ subject, links }, { files, viewOf, cells, cost, pulls, clock, progress });
  return { outputs: { result: planResult(state) }, summary: planSummary(state), ...planFailure(state) };
});
