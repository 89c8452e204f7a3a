import { awsCells } from "../lib/adapters/aws/cell.ts";
import { cellImages } from "../lib/adapters/aws/cell-images.ts";
import { cellRecords } from "../lib/adapters/aws/cell-records.ts";
import { cellStacks } from "../lib/adapters/aws/cell-stacks.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadDeclarations } from "../lib/adapters/files/declarations.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { mergedPullView } from "../lib/adapters/github/merged-pull.ts";
import { planWriting } from "../lib/report/plan-writing.ts";
import { runAction } from "../lib/runtime/action.ts";
import { announce } from "./announce.ts";
import { byEnvironment, changes } from "./changes.ts";
import { contract } from "./contract.ts";
import { elsewhereInWords } from "./elsewhere.ts";

await runAction(contract, async ({ tenant, "github-token": token }, context, progress) => {
  const declarations = await loadDeclarations(context.workspace);
  const cells = awsCells(
    { ...context, kind: "plan", progress },
    { stacks: cellStacks, records: cellRecords, images: cellImages },
  );
  const due = await changes(
    { declarations, ...(tenant !== undefined && { tenant }) },
    { cells, clock: systemClock(context.clockSpeed, context.clockStarted), progress },
  );
  const { waves, builds, offboard, elsewhere } = due;
  const merged = await mergedPullView(gitHubRepository({ ...context, token }), context.commit, planWriting);
  await announce({ ...declarations, ...context, ...merged, waves }, { cells, view: merged.view });
  return {
    outputs: {
      ...{ waves: JSON.stringify(waves), environments: JSON.stringify(byEnvironment(waves)) },
      ...{ builds: JSON.stringify(builds), refused: elsewhereInWords(elsewhere) },
      ...{ offboard: JSON.stringify(offboard), result: JSON.stringify(due) },
    },
  };
});
