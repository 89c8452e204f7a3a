import { restoreCells } from "../lib/adapters/aws/cell-restore.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { gitHubPeople } from "../lib/adapters/github/people.ts";
import { gitHubApprovals } from "../lib/adapters/github/run-approvals.ts";
import { gitHubLeaseHolders } from "../lib/adapters/github/runs.ts";
import { restoreFailure, restoreOutputs } from "../lib/domain/restore-outcome.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import { restoreSummary } from "../lib/report/restore-summary.ts";
import { runAction } from "../lib/runtime/action.ts";
import { contract } from "./contract.ts";
import { restore } from "./restore.ts";

await runAction(contract, async (input, context, progress) => {
  const { "github-token": token, "members-token": membersToken = token, tenant, role } = input;
  const clock = systemClock(context.clockSpeed, context.clockStarted);
  const github = gitHubRepository({ ...context, token });
  const declarations = await loadDeclarations(context.workspace);
  const fleet = await selectFleet(
    { declarations, environment: input.environment, tenants: [tenant] },
    { cells: restoreCells({ ...context, tenant, role, clock, progress }), clock, progress },
  );
  const run = { id: context.runId, url: context.runUrl, actor: context.actor, startedBy: context.startedBy };
  const outcome = await restore({ ...input, run }, fleet, {
    approvals: gitHubApprovals(github),
    people: gitHubPeople(github, gitHubRepository({ ...context, token: membersToken })),
    holders: gitHubLeaseHolders(github),
  });
  const summary = restoreSummary(outcome, { run: context.runUrl });
  return { outputs: restoreOutputs(outcome), summary, ...restoreFailure(outcome) };
});
