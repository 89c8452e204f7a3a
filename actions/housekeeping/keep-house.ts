import type { Environment } from "../lib/domain/environment.ts";
import { journalKey } from "../lib/domain/operation.ts";
import { housekeeping, type KeptFleet, type Removed } from "../lib/engine/housekeeping.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Progress } from "../lib/ports/progress.ts";

export interface HousekeepingRequest {
  readonly declarations: Declarations;
  readonly environment: string;
  readonly mode: "look" | "remove";
  /** Who and which run, for the journal. */
  readonly operation: string;
  readonly actor: string;
  readonly runUrl: string;
}

/** Keeps house in one environment; what went is in the journal. */
export async function keepHouse(
  request: HousekeepingRequest,
  ports: {
    readonly cells: (environment: Environment) => KeptFleet["cell"];
    readonly clock: Clock;
    readonly progress: Progress;
  },
): Promise<readonly Removed[]> {
  const { declarations, environment, mode, operation, actor, runUrl } = request;
  const fleet = await selectFleet({ declarations, environment }, ports);
  const declared = [...declarations.tenants.values()].map(({ tenant }) => tenant);
  const done = await housekeeping(fleet, declared, mode);
  const removed = done.filter(({ outcome }) => outcome === "removed");
  if (removed.length === 0) return done;
  const at = ports.clock.now().toISOString();
  await fleet.cell.records.put(
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
  return done;
}
