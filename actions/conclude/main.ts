import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { mergedAlongside, mergedPullView } from "../lib/adapters/github/merged-pull.ts";
import { planWriting } from "../lib/report/plan-writing.ts";
import { runAction } from "../lib/runtime/action.ts";
import { pushedRange } from "../lib/runtime/push.ts";
import { conclude, concludeFailure } from "./conclude.ts";
import { contract } from "./contract.ts";

await runAction(contract, async ({ "github-token": token, ...inputs }, context, progress) => {
  const cells = awsCells({ ...context, kind: "plan", progress }, { records: cellRecords });
  const { environments } = await loadDeclarations(context.workspace);
  const github = gitHubRepository({ ...context, token });
  const merged = await mergedPullView(github, context.commit, planWriting);
  const alongside = await mergedAlongside(github, pushedRange(context), planWriting);
  const request = { ...inputs, ...context, ...merged, alongside, environments };
  const conclusion = await conclude(request, { cells, view: merged.view });
  return { outputs: { result: JSON.stringify(conclusion) }, ...concludeFailure(inputs.refused, conclusion.untold) };
});
