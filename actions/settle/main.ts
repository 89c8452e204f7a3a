import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellStacks } from "../lib/adapters/aws/cell-stacks.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { gitHubDeployments } from "../lib/adapters/github/deployments.ts";
import { gitHubIssues } from "../lib/adapters/github/issues.ts";
import { mergedPullView } from "../lib/adapters/github/merged-pull.ts";
import { gitHubPulls } from "../lib/adapters/github/pulls.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import { planWriting as writing } from "../lib/report/plan-writing.ts";
import { issueWriting } from "../lib/report/unsettled-issue.ts";
import { waveSummary } from "../lib/report/wave-summary.ts";
import { runAction } from "../lib/runtime/action.ts";
import { closeWave } from "./close-wave.ts";
import { contract } from "./contract.ts";
import { mergedPull } from "./show-deployment.ts";
import { telling } from "./telling.ts";

await runAction(contract, async (input, context, progress) => {
  const github = gitHubRepository({ ...context, token: input["github-token"] });
  const clock = systemClock(context.clockSpeed, context.clockStarted);
  const cells = awsCells({ ...context, kind: "deploy", progress }, { stacks: cellStacks, records: cellRecords });
  const declarations = await loadDeclarations(context.workspace);
  const fleet = await selectFleet({ declarations, ...input }, { cells, clock, progress });
  const tellings = telling({ clock, progress });
  const ports = {
    telling: tellings,
    issues: gitHubIssues(github),
    deployments: gitHubDeployments(github),
    writeIssue: issueWriting(context.runUrl),
    pulls: gitHubPulls(github, { writing, clock }),
  };
  const pull = await mergedPull(tellings, () => mergedPullView(github, context.commit, writing));
  const request = { ...input, ...context, operation: context.operation };
  const closed = await closeWave(request, fleet, { ...ports, ...pull });
  const { unsettled, stoppedBecause } = closed;
  return {
    summary: waveSummary({ ...input, ...closed, run: context.runUrl, now: clock.now() }),
    outputs: { unsettled: JSON.stringify(unsettled) },
    annotations: tellings.annotations(),
    ...(stoppedBecause !== undefined && { failed: { reasonCode: "wave-stopped", message: stoppedBecause } }),
  };
});
