import { loadDeclared } from "../lib/adapters/files/declared-fleet.ts";
import { itemisedPrices } from "../lib/adapters/files/prices.ts";
import { writeTenant } from "../lib/adapters/files/write-tenant.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { gitHubProposals } from "../lib/adapters/github/proposals.ts";
import { provisionPull } from "../lib/report/provision-pull.ts";
import { runAction } from "../lib/runtime/action.ts";
import { contract } from "./contract.ts";
import { provision } from "./provision.ts";

await runAction(contract, async ({ "github-token": token, ...answers }, context) => {
  const declared = await loadDeclared(context.workspace);
  const proposals = gitHubProposals(gitHubRepository({ ...context, token }), { plan: "started" });
  const cost = await itemisedPrices(context.workspace);
  const { url, file, number, outcome } = await provision(
    { answers, declared, by: context.actor },
    { proposals, cost, write: writeTenant, describe: provisionPull },
  );
  return {
    outputs: { "pull-request": url, file },
    summary: `Pull request [#${number}](${url}) with \`${file}\` was ${outcome}; its plan says what merging it creates.`,
  };
});
