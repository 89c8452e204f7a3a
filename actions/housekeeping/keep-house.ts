import type { Environment } from "../lib/domain/environment.ts";
import type { Removal } from "../lib/domain/housekeeping.ts";
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
    const begin = (going: readonly Removal[]) => writeDown({ outcome: "begun", going }, request, fleet);
    const done = await housekeeping(fleet, declared, mode === "look" ? mode : { begin });
    const removed = done.filter(({ outcome }) => outcome === "removed");
    if (removed.length > 0) await writeDown({ outcome: "changed", removed }, request, fleet);
    kept.push(...done.map((one) => ({ ...one, environment: name })));
  }
  return kept;
}

/** Before anything goes and after: of a run that is lost in between the journal says at least what it was about to remove. */
async function writeDown(
  what:
    | { readonly outcome: "begun"; readonly going: readonly Removal[] }
    | { readonly outcome: "changed"; readonly removed: readonly Removed[] },
  { operation, actor, runUrl }: HousekeepingRequest,
  { cell, clock }: KeptFleet,
): Promise<void> {
  const { name: environment } = cell.environment;
  const at = clock.now().toISOString();
  const id = `${operation}-housekeeping${what.outcome === "begun" ? "-begun" : ""}`;
  await cell.records.put(
    journalKey({ at, operation: id, tenant: environment }),
    { operation, verb: "housekeeping", tenant: environment, environment, actor, at, run: runUrl, ...what },
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
