/** Starts a database instance that stands still, because RDS changes, snapshots and renames none that does; and stops it again. */
import { OperatorError } from "../domain/operator-error.ts";
import type { DatabaseInstance } from "../domain/restore-database.ts";
import type { Clock } from "../ports/clock.ts";
import type { Databases } from "../ports/databases.ts";
import type { Progress } from "../ports/progress.ts";
import { waitFor } from "./wait.ts";

/** Looks an instance up. */
interface Seen {
  find(id: string): Promise<Pick<DatabaseInstance, "state" | "status"> | undefined>;
}

export interface RunningPorts {
  readonly databases: Seen & Pick<Databases, "start">;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** Recovery can take "from minutes to hours" (Amazon RDS user guide, "Stopping an Amazon RDS DB instance temporarily"). */
const atMostMs = 3 * 3_600_000;
const pace = { everyMs: [5_000, 10_000, 15_000], atMostMs } as const;

/**
 * Waits until an instance is available, starting it if it is stopped. Can be repeated at any point.
 *
 * @param before called once before it is first asked to start, so that this is written down whatever happens then
 * @returns `not there` without such an instance, `was up` if it did not have to be started by this call
 * @throws OperatorError `database-failed`, `database-slow` with RDS's own word
 */
export async function ensureRunning(
  id: string,
  before: () => Promise<void>,
  { databases, clock, progress }: RunningPorts,
): Promise<"not there" | "was up" | "started"> {
  let status = "";
  let asked = false;
  const end = await waitFor(clock, pace, async () => {
    const found = await databases.find(id);
    if (found === undefined) return "not there" as const;
    if (found.status !== status) progress.say(`${id} is ${found.status}`);
    status = found.status;
    switch (found.state) {
      case "ready":
        return asked ? ("started" as const) : ("was up" as const);
      case "changing":
        return undefined;
      case "stopped":
        if (!asked) await before();
        asked = true;
        await databases.start(id);
        return undefined;
      case "failed":
        throw failed(id, found.status);
    }
  });
  if (end !== undefined) return end;
  throw slow(id, status);
}

/**
 * Stops an instance and waits until it stands still. One that is not there is left to others. Can be repeated at any point.
 *
 * @throws OperatorError `database-failed`, `database-slow` with RDS's own word
 */
export async function ensureStopped(
  id: string,
  {
    databases,
    clock,
    progress,
  }: Omit<RunningPorts, "databases"> & { readonly databases: Seen & Pick<Databases, "stop"> },
): Promise<void> {
  let status = "";
  const end = await waitFor(clock, pace, async () => {
    const found = await databases.find(id);
    if (found === undefined || found.state === "stopped") return true;
    if (found.state === "failed") throw failed(id, found.status);
    if (found.status !== status) progress.say(`${id} is ${found.status}`);
    status = found.status;
    if (found.status === "available") await databases.stop(id);
    return undefined;
  });
  if (end === undefined) throw slow(id, status);
}

function failed(id: string, status: string): OperatorError {
  return new OperatorError("database-failed", `${id} is ${status}; the RDS console's events say why`);
}

function slow(id: string, status: string): OperatorError {
  return new OperatorError("database-slow", `${id} is still ${status} after three hours; try again to go on waiting`);
}
