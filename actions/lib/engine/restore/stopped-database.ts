/** A tenant whose own database stands still is restored all the same: it is started for as long as that takes. */
import type { StoppedDatabase } from "../../domain/restore-record.ts";
import { stoppedAtMostMs } from "../../domain/suspension.ts";
import { lastSuspension, rememberStopped } from "../command/database-power.ts";
import { ensureRunning, ensureStopped } from "../database-running.ts";
import { type RestoreContext, type RestoreTarget, servingInstance } from "./restore-context.ts";
import type { Perform } from "./run-steps.ts";

/** Why the tenant's own database does not run, or does only because AWS started it after seven days; undefined if it is to run. */
export async function stoppedNow(target: RestoreTarget): Promise<StoppedDatabase | undefined> {
  const { cell, desired } = target;
  const { tenant } = desired;
  if (tenant.tier === "trial") return undefined;
  const [serving, { suspension }] = await Promise.all([
    cell.databases.find(servingInstance(target)),
    lastSuspension(tenant.name, cell.records),
  ]);
  if (suspension?.state === "suspended" && suspension.database !== undefined) return "with its tenant";
  return serving?.state === "stopped" || serving?.status === "stopping" ? "by somebody" : undefined;
}

export const startDatabase: Perform = async (context) => {
  const { databases } = context.cell;
  const end = await ensureRunning(servingInstance(context), async () => {}, { ...context, databases });
  return { note: end === "not there" ? "it has no name at this moment" : "it runs" };
};

export const stopDatabase: Perform = async (context) => ({ note: await stopAgain(context) });

/** Stops the database that serves, unless its tenant was resumed in the meantime. AWS's seven days begin anew. */
export async function stopAgain(context: RestoreContext): Promise<string> {
  const { cell, clock, desired } = context;
  const tenant = desired.tenant.name;
  const { suspension } = await lastSuspension(tenant, cell.records);
  if (suspension?.state !== "suspended" || suspension.database === undefined) {
    return `${tenant} is not suspended any more, so its database runs on`;
  }
  const { id } = suspension.database;
  const startsBy = new Date(clock.now().getTime() + stoppedAtMostMs);
  await rememberStopped({ tenant, id, startsBy }, cell.records);
  await ensureStopped(id, { ...context, databases: cell.databases });
  return `${id} is stopped; AWS starts it at ${startsBy.toISOString()}, and until the tenant is resumed it is stopped again`;
}
