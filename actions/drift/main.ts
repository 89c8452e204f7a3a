import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellDatabases } from "../lib/adapters/aws/cell-databases.ts";
import { cellImages } from "../lib/adapters/aws/cell-images.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellServices } from "../lib/adapters/aws/cell-services.ts";
import { cellStacks } from "../lib/adapters/aws/cell-stacks.ts";
import { cellInventory } from "../lib/adapters/aws/drift-inventory.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { loadKnownDrift } from "../lib/adapters/files/known-drift.ts";
import { loadTenantTexts } from "../lib/adapters/files/tenant-texts.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { gitHubIssues } from "../lib/adapters/github/issues.ts";
import { gitHubPeople } from "../lib/adapters/github/people.ts";
import { gitHubProposals } from "../lib/adapters/github/proposals.ts";
import { gitHubApprovals } from "../lib/adapters/github/run-approvals.ts";
import { gitHubLeaseHolders } from "../lib/adapters/github/runs.ts";
import { adoptPull, adoptSummary } from "../lib/report/drift-adopt.ts";
import { driftWriting } from "../lib/report/drift-issue.ts";
import { revertLookSummary, revertSummary } from "../lib/report/drift-revert.ts";
import { driftSummary } from "../lib/report/drift-summary.ts";
import { runAction } from "../lib/runtime/action.ts";
import { driftByMode } from "./by-mode.ts";
import { contract } from "./contract.ts";

const reads = { stacks: cellStacks, records: cellRecords, services: cellServices, images: cellImages };
const words = { look: driftSummary, planRevert: revertLookSummary, revert: revertSummary, adopt: adoptSummary };

await runAction(contract, async ({ "github-token": token, "members-token": more, ...form }, context, progress) => {
  const { workspace, runId: id, runUrl: url, actor, startedBy } = context;
  const github = gitHubRepository({ ...context, token });
  const people = gitHubPeople(github, gitHubRepository({ ...context, token: more ?? token }));
  const clock = systemClock(context.clockSpeed, context.clockStarted);
  const parts = { ...reads, inventory: cellInventory };
  const seen = { cells: awsCells({ ...context, kind: "plan" }, parts), clock, progress };
  const changing = { ...parts, backups: cellDatabases };
  const done = { ...seen, cells: awsCells({ ...context, kind: "deploy", progress }, changing) };
  const known = await loadKnownDrift(workspace);
  const request = { ...form, declarations: await loadDeclarations(workspace), known };
  const adoption = { proposals: gitHubProposals(github, { plan: "started" }), describe: adoptPull };
  const consent = { people, approvals: gitHubApprovals(github), holders: gitHubLeaseHolders(github) };
  const ports = {
    look: () => ({ ...seen, issues: gitHubIssues(github), write: driftWriting(url) }),
    planRevert: () => seen,
    revert: () => ({ ...done, ...consent }),
    adopt: async () => ({ ...seen, ...adoption, texts: await loadTenantTexts(workspace) }),
  };
  return await driftByMode({ ...request, run: { id, url, actor, startedBy } }, ports, words);
});
