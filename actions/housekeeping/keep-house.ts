import type { Environment } from "../lib/domain/environment.ts";
import { journalKey } from "../lib/domain/operation.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import { environmentsInUse } from "../lib/engine/environments-in-use.ts";
import { housekeeping, type KeptFleet, type Removed } from "../lib/engine/housekeeping.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Progress } from "../lib/ports/progress.ts";

export interface HousekeepingRequest {
  readonly declarations: Declarations;
  /** Undefined looks at all that have tenants or had some; removing is done in one at a time, each with a role of its own. */
  readonly environment?: string;
  readonly mode: "look" | "remove";
  /** Who and which run, for the journal. */
  readonly operation: string;
  readonly actor: string;
  readonly runUrl: string;
}

export type HouseKept = Removed & { readonly environment: string };

interface Ports {
  readonly cells: (environment: Environment) => KeptFleet["cell"];
  readonly clock: Clock;
  readonly progress: Progress;
}

/**
 * Keeps house; what went is in the journal of its environment.
 *
 * @throws OperatorError `no-environment` if something is to be removed and nobody said where
 */
export async function keepHouse(request: HousekeepingRequest, ports: Ports): Promise<readonly HouseKept[]> {
  const { declarations, environment, mode } = request;
  if (mode === "remove" && environment === undefined)
    throw new OperatorError("no-environment", "mode remove is about one environment; name it");
  const environments = environment === undefined ? await environmentsInUse(declarations, ports) : [environment];
  const declared = [...declarations.tenants.values()].map(({ tenant }) => tenant);
  const kept: HouseKept[] = [];
  for (const name of environments) {
    const fleet = await selectFleet({ declarations, environment: name }, ports);
    const done = await housekeeping(fleet, declared, mode);
    await writeDown(done, name, request, fleet);
    kept.push(...done.map((one) => ({ ...one, environment: name })));
  }
  return kept;
}

async function writeDown(
  done: readonly Removed[],
  environment: string,
  { operation, actor, runUrl }: HousekeepingRequest,
  { cell, clock }: KeptFleet,
): Promise<void> {
  const removed = done.filter(({ outcome }) => outcome === "removed");
  if (removed.length === 0) return;
  const at = clock.now().toISOString();
  await cell.records.put(
    journalKey({ at, operation: `${operation}-housekeeping`, tenant: environment }),
    {
      operation,
      verb: "housekeeping",
      tenant: environment,
      environment,
      actor,
      at,
      run: runUrl,
      outcome: "changed",
      removed,
    },
    { ifAbsent: true },
  );
}

/** What the step gives: how many went, where something is left to remove, and everything found, the last two as JSON. */
export function housekeepingOutputs(
  done: readonly HouseKept[],
): Readonly<Record<"removed" | "environments" | "result", string>> {
  const left = done.filter(({ outcome }) => outcome === "kept");
  return {
    removed: String(done.length - left.length),
    environments: JSON.stringify([...new Set(left.map(({ environment }) => environment))]),
    result: JSON.stringify(done),
  };
}
