import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { raiseRelease } from "../lib/adapters/files/raise-release.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { gitHubProposals } from "../lib/adapters/github/proposals.ts";
import { releasePull, releaseSummary } from "../lib/report/release-pull.ts";
import { runAction } from "../lib/runtime/action.ts";
import { contract } from "./contract.ts";
import { release } from "./release.ts";

await runAction(contract, async ({ "github-token": token, release: name, ...target }, context) => {
  const declarations = await loadDeclarations(context.workspace);
  const proposals = gitHubProposals(gitHubRepository({ ...context, token }), { plan: "started" });
  const end = await release(
    { release: name, target, declarations, by: context.actor },
    {
      proposals,
      raise: (file, to) => raiseRelease(context.workspace, file, to),
      describe: releasePull,
    },
  );
  const url = "url" in end ? end.url : "";
  return { outputs: { outcome: end.outcome, "pull-request": url }, summary: releaseSummary(end) };
});
