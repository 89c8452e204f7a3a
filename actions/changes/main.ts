import { awsCells } from "../lib/adapters/aws/cell.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { toDeclarations } from "../lib/adapters/files/declarations.ts";
import { loadRepository } from "../lib/adapters/files/repository.ts";
import { runAction } from "../lib/runtime/action.ts";
import { changes } from "./changes.ts";
import { contract } from "./contract.ts";

await runAction(contract, async ({ tenant }, context, progress) => {
  const declarations = toDeclarations(await loadRepository(context.workspace));
  const cells = awsCells({ kind: "plan", session: context.session, idToken: context.idToken });
  const due = await changes(
    { declarations, ...(tenant !== undefined && { tenant }) },
    { cells, clock: systemClock(context.clockSpeed), progress },
  );
  const { waves, builds } = due;
  return {
    outputs: { waves: JSON.stringify(waves), builds: JSON.stringify(builds), result: JSON.stringify(due) },
  };
});
