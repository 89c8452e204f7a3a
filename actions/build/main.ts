import { buildCell } from "../lib/adapters/aws/build-cell.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { withDockerBuilder } from "../lib/adapters/docker/docker-builder.ts";
import { toDeclarations } from "../lib/adapters/files/declarations.ts";
import { loadRepository } from "../lib/adapters/files/repository.ts";
import { applicationSources } from "../lib/adapters/git/application-source.ts";
import { declaredEnvironment } from "../lib/engine/select-fleet.ts";
import { buildSummary } from "../lib/report/build-summary.ts";
import { runAction } from "../lib/runtime/action.ts";
import { build } from "./build.ts";
import { contract } from "./contract.ts";
import { buildOutputs } from "./outputs.ts";

await runAction(contract, async ({ environment: name, release, "source-token": token }, context, progress) => {
  const environment = declaredEnvironment(toDeclarations(await loadRepository(context.workspace)), name);
  const cell = buildCell(environment, context);
  const sources = applicationSources({ workspace: context.workspace, ...(token !== undefined && { token }) });
  const clock = systemClock(context.clockSpeed, context.clockStarted);
  const built = await withDockerBuilder({ login: cell.login, progress }, (builder) =>
    build({ environment, release }, { ...cell, builder, sources, clock, progress }),
  );
  return { outputs: buildOutputs(built), summary: buildSummary(built, name) };
});
