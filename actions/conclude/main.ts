import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { mergedPullView } from "../lib/adapters/github/merged-pull.ts";
import { planWriting } from "../lib/report/plan-writing.ts";
import { runAction } from "../lib/runtime/action.ts";
import { conclude } from "./conclude.ts";
import { contract } from "./contract.ts";

await runAction(contract, async ({ "github-token": token, ...inputs }, context, progress) => {
  const cells = awsCells({ ...context, kind: "plan", progress }, { records: cellRecords });
  const { environments } = await loadDeclarations(context.workspace);
  const merged = await mergedPullView(gitHubRepository({ ...context, token }), context.eventCommit, planWriting);
  const conclusion = await conclude({ ...inputs, ...context, ...merged, environments }, { cells, view: merged.view });
  return { outputs: { result: JSON.stringify(conclusion) } };
});
