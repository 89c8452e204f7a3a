/** Removes change sets that no merge can execute any more. */
import type { Environment } from "../lib/domain/environment.ts";
import { changeSetsOf, type PullRecord } from "../lib/domain/pull-record.ts";
import type { Cell } from "../lib/ports/cell.ts";
import type { Pulls } from "../lib/ports/pulls.ts";
import { recallPull } from "./pull-memory.ts";

export interface DiscardPorts {
  readonly environments: ReadonlyMap<string, Environment>;
  readonly cells: (environment: Environment) => Pick<Cell, "environment" | "records" | "stacks">;
  readonly pulls: Pick<Pulls, "open">;
}

/**
 * Deletes what a pull request's earlier plan made and its present one does not show, unless another open pull request shows the same:
 * a change set is named by its content, and two pull requests can want the same.
 *
 * @param request.now undefined when the pull request was closed
 * @returns names of the stacks whose change set was deleted
 */
export async function discardChangeSets(
  request: { readonly pull: number; readonly was: PullRecord; readonly now?: Pick<PullRecord, "plan"> },
  { environments, cells, pulls }: DiscardPorts,
): Promise<readonly string[]> {
  const kept = new Set(changeSetsOf(request.now ?? {}).map(nameOf));
  const dead = changeSetsOf(request.was).filter((one) => !kept.has(nameOf(one)));
  if (dead.length === 0) return [];
  const involved = [...environments.values()].filter(({ name }) =>
    dead.some(({ environment }) => environment === name),
  );
  const others = (await pulls.open()).filter(({ number }) => number !== request.pull);
  const shown = await Promise.all(others.map(({ number }) => recallPull(number, involved.map(cells))));
  for (const record of shown) for (const one of changeSetsOf(record ?? {})) kept.add(nameOf(one));
  const unshared = dead.filter((one) => !kept.has(nameOf(one)));
  await Promise.all(
    unshared.map(async ({ environment: name, stack, fingerprint }) => {
      const environment = environments.get(name);
      if (environment !== undefined) await cells(environment).stacks.discardChangeSet(stack, `plan-${fingerprint}`);
    }),
  );
  return unshared.map(({ stack }) => stack);
}

function nameOf({ stack, fingerprint }: { readonly stack: string; readonly fingerprint: string }): string {
  return `${stack}/${fingerprint}`;
}
