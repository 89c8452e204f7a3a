import type { Environment } from "../lib/domain/environment.ts";
import type { PlanComment } from "../lib/domain/plan-view.ts";
import type { Cell } from "../lib/ports/cell.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { PlanView } from "../lib/ports/plan-view.ts";
import type { Pulls } from "../lib/ports/pulls.ts";
import { discardChangeSets } from "./discard-change-sets.ts";
import { recallPull, rememberPull } from "./pull-memory.ts";

export interface CloseRequest {
  readonly pull: number;
  readonly commit: string;
  readonly environments: ReadonlyMap<string, Environment>;
  readonly links: PlanComment["links"];
}

/**
 * A pull request was closed without a merge: the change sets that only it showed are deleted, and its comment says so. One that was
 * never planned has nothing to say.
 */
export async function close(
  request: CloseRequest,
  ports: {
    readonly cells: (environment: Environment) => Pick<Cell, "environment" | "records" | "stacks">;
    readonly view: PlanView;
    readonly pulls: Pick<Pulls, "open">;
    readonly clock: Clock;
  },
): Promise<PlanComment> {
  const { pull, commit, environments, links } = request;
  const cells = [...environments.values()].map(ports.cells);
  const was = await recallPull(pull, cells);
  const closed: PlanComment = {
    ...{ commit, expected: was?.expected ?? [], problems: [], unsettled: [], links, history: was?.history ?? [] },
    ...(was?.plan !== undefined && { plan: was.plan }),
    state: { state: "closed" },
  };
  if (was === undefined) return closed;
  const gone = await discardChangeSets({ pull, was }, { ...ports, environments });
  const at = ports.clock.now().toISOString();
  const state = { ...closed, history: [...closed.history, { at, what: `closed, ${gone.length} change sets deleted` }] };
  const { plan: _discarded, ...rest } = state;
  await rememberPull(pull, rest, cells);
  await ports.view.show(state);
  return state;
}
