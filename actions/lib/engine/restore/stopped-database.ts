/** A tenant whose own database stands still is restored all the same: it is started for as long as that takes. */
import type { StoppedDatabase } from "../../domain/restore-record.ts";
import { stoppedAtMostMs } from "../../domain/suspension.ts";
import { lastSuspension, rememberStopped } from "../command/database-power.ts";
import { ensureRunning, ensureStopped } from "../database-running.ts";
import { fact, type RestoreContext, type RestoreTarget, servingInstance } from "./restore-context.ts";
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

/** Before an undo: the old database, which an earlier run of the operation put away and stopped. */
export const startPutAway: Perform = async (context) => {
  const { databases } = context.cell;
  const old = await databases.findResource(fact(context.journal.now(), "old").resource);
  if (old === undefined) return { note: "it is gone" };
  await ensureRunning(old.id, async () => {}, { ...context, databases });
  return { note: `${old.id} runs` };
};

/**
 * Stops the instance that does not serve any more, which nobody needs as long as the tenant is suspended. AWS starts it after seven days,
 * and nobody stops it then: it is there for an undo, and else to be discarded.
 *
 * @param which of the two it is
 */
export function stopPutAway(which: "old" | "restored"): Perform {
  return async (context) => {
    const { cell, clock, desired, journal } = context;
    const { tenant } = desired;
    const away = await cell.databases.findResource(fact(journal.now(), which).resource);
    if (away === undefined) return { note: "it is gone" };
    const { suspension } = await lastSuspension(tenant.name, cell.records);
    if (suspension?.state !== "suspended" || suspension.database === undefined) {
      return { note: `${tenant.name} is not suspended any more, so ${away.id} runs on for an undo` };
    }
    const startsBy = new Date(clock.now().getTime() + stoppedAtMostMs);
    await ensureStopped(away.id, { ...context, databases: cell.databases });
    return {
      note: `${away.id} is stopped as well; AWS starts it at ${startsBy.toISOString()}, and from then on it costs as if it served until it is discarded`,
    };
  };
}

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
