import type { DesiredTenant } from "../domain/desired.ts";
import { changesDatabase, type ResourceChange } from "../domain/plan.ts";
import type { Fleet } from "../ports/fleet.ts";
import { lastSuspension, rememberStopped } from "./command/database-power.ts";
import { ensureRunning } from "./database-running.ts";

/**
 * RDS changes no database that stands still, and refuses the rollback as well. One that was stopped with its suspended tenant is started
 * for the change; whoever stops those again that AWS started finds it due at once.
 */
export async function startToChange(
  { tenant, stack }: DesiredTenant,
  changes: readonly ResourceChange[],
  { cell, clock, progress }: Fleet<"records">,
): Promise<void> {
  if (!changesDatabase(changes) || cell.backups === undefined) return;
  const found = await cell.backups.find(stack.name);
  if (found === undefined || !["stopping", "stopped", "starting"].includes(found.status)) return;
  const { suspension } = await lastSuspension(tenant.name, cell.records);
  const { state, database } = suspension ?? {};
  const due = async (): Promise<void> => {
    progress.say(`${tenant.name}: starting its database, because it is to be changed`);
    if (state !== "suspended" || database === undefined) return;
    await rememberStopped({ tenant: tenant.name, id: database.id, startsBy: clock.now() }, cell.records);
  };
  await ensureRunning(stack.name, due, { databases: cell.backups, clock, progress });
}
