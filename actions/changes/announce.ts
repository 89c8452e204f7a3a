import type { Environment } from "../lib/domain/environment.ts";
import { pullKey, readPullRecord } from "../lib/domain/pull-record.ts";
import type { Cell } from "../lib/ports/cell.ts";
import type { PlanView } from "../lib/ports/plan-view.ts";
import type { DueWave } from "./changes.ts";

/** Says in the merged pull request that its deployment begins. With nothing to deploy, `conclude` says so. */
export async function announce(
  request: {
    readonly waves: readonly DueWave[];
    readonly environments: ReadonlyMap<string, Environment>;
    /** Undefined when the commit is no merge of a pull request. */
    readonly pull?: number;
    readonly commit: string;
    readonly runUrl: string;
  },
  ports: { readonly cells: (environment: Environment) => Pick<Cell, "records">; readonly view: PlanView },
): Promise<void> {
  const { waves, pull, commit, runUrl } = request;
  const environment = request.environments.get(waves[0]?.environment ?? "");
  if (pull === undefined || environment === undefined) return;
  const plan = readPullRecord((await ports.cells(environment).records.get(pullKey(pull)))?.value);
  await ports.view.show({
    commit: plan?.commit ?? commit,
    expected: plan?.expected ?? waves.flatMap(({ tenants }) => tenants),
    ...(plan?.plan !== undefined && { plan: plan.plan }),
    ...{ problems: [], unsettled: [], history: plan?.history ?? [] },
    links: { run: runUrl, summary: runUrl },
    state: { state: "deploying", wave: 1, waves: waves.length, outcomes: [] },
  });
}
