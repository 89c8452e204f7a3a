/** Stopping the database of a suspended tenant, and starting it again before anything else starts. */

import { OperatorError } from "../../domain/operator-error.ts";
import { type Suspension, stoppedAtMostMs, suspensionKey, suspensionRecord } from "../../domain/suspension.ts";
import { tenantStackName } from "../../domain/tenant-stack.ts";
import type { PoweredDatabase } from "../../ports/database-power.ts";
import type { Records } from "../../ports/records.ts";
import { changeOverrides } from "../live-overrides.ts";
import { waitFor } from "../wait.ts";
import type { FailedEnd } from "./action-end.ts";
import { patienceMs, type Setting } from "./setting.ts";

/** RDS says how far it is no faster than this, in milliseconds. */
const pace = { everyMs: [2_000, 5_000, 10_000], atMostMs: patienceMs } as const;

/**
 * The tenant's own instance, before anything is touched for its sake.
 *
 * @throws OperatorError `no-database` if there is none, `database-unstoppable` if RDS would not stop it
 */
export async function stoppableDatabase({ tenant, cell }: Pick<Setting, "tenant" | "cell">): Promise<PoweredDatabase> {
  const id = tenantStackName(tenant);
  const found = await cell.databases.find(id);
  if (found === undefined) {
    throw new OperatorError("no-database", `RDS knows no instance ${id}; look at the stack of ${tenant.name}`);
  }
  if (found.unstoppable === undefined) return found;
  throw new OperatorError(
    "database-unstoppable",
    `the database of ${tenant.name} cannot be stopped, because ${found.unstoppable}; to stop its tasks only: /suspend ${tenant.name}`,
  );
}

/**
 * Stops the instance and waits until it stands still. When AWS will start it again is written down first, so that whoever resumes the
 * tenant, or looks after it in the meantime, knows of it whatever happens here.
 *
 * @returns when AWS starts it by itself
 */
export async function stopDatabase(
  setting: Setting,
): Promise<{ readonly end: "stopped"; readonly startsBy: Date } | FailedEnd> {
  const { tenant, cell, clock, progress } = setting;
  const id = tenantStackName(tenant);
  await rememberStopped(
    { tenant: tenant.name, id, startsBy: new Date(clock.now().getTime() + stoppedAtMostMs) },
    cell.records,
  );
  const state = follower(setting);
  const stopped = await waitFor(clock, pace, async () => {
    const found = await state(id);
    if (found?.status === "stopped") return found;
    if (found?.status === "available") {
      progress.say(`${id}: asked to stop`);
      await cell.databases.stop(id);
    }
    return undefined;
  });
  if (stopped === undefined) {
    return {
      ...{ end: "failed", reasonCode: "database-not-stopped", evidence: [] },
      cause: `the database ${id} did not stop within ${patienceMs / 60_000} minutes`,
      running: "0 tasks run; the database may still stop, and until then it is paid for",
      next: [
        { verb: "suspend", tenant: tenant.name, database: "stop" },
        { verb: "diagnose", tenant: tenant.name },
      ],
    };
  }
  const startsBy = stopped.startsBy ?? new Date(clock.now().getTime() + stoppedAtMostMs);
  await rememberStopped({ tenant: tenant.name, id, startsBy }, cell.records);
  return { end: "stopped", startsBy };
}

/**
 * Starts the tenant's own instance if it stands still, and waits until it can be used. From the first moment on nobody stops it again.
 * An instance that is not there is the business of what comes next.
 */
export async function startDatabase(setting: Setting): Promise<{ readonly end: "was up" | "started" } | FailedEnd> {
  const { tenant, cell, clock, progress } = setting;
  if (tenant.database.kind === "shared") return { end: "was up" };
  const id = tenantStackName(tenant);
  const found = await cell.databases.find(id);
  await forgetStopped(tenant.name, cell.records);
  if (found === undefined || !down.includes(found.status)) return { end: "was up" };
  const state = follower(setting);
  const up = await waitFor(clock, pace, async () => {
    const now = await state(id);
    if (now?.status === "available") return now;
    if (now?.status === "stopped") {
      progress.say(`${id}: asked to start`);
      await cell.databases.start(id);
    }
    return undefined;
  });
  if (up !== undefined) return { end: "started" };
  return {
    ...{ end: "failed", reasonCode: "database-not-started", evidence: [] },
    cause: `the database ${id} did not start within ${patienceMs / 60_000} minutes`,
    running: "it is still suspended; no task was started",
    next: [
      { verb: "resume", tenant: tenant.name },
      { verb: "diagnose", tenant: tenant.name },
    ],
  };
}

const down: readonly string[] = ["stopping", "stopped", "starting"];

function follower({ cell, progress }: Setting): (id: string) => Promise<PoweredDatabase | undefined> {
  let said = "";
  return async (id) => {
    const found = await cell.databases.find(id);
    const now = `${id}: ${found?.status ?? "not there"}`;
    if (now !== said) progress.say(now);
    said = now;
    return found;
  };
}

/** What is known of a tenant's last suspension, with the version it was read at. */
export async function lastSuspension(
  tenant: string,
  records: Pick<Records, "get">,
): Promise<{ readonly suspension?: Suspension; readonly tag?: string }> {
  const stored = await records.get(suspensionKey(tenant));
  return stored === undefined ? {} : { suspension: suspensionRecord.parse(stored.value), tag: stored.tag };
}

/** Writes down that a suspended tenant's database is stopped, and when AWS starts it: in its suspension, and where plans show it. */
export async function rememberStopped(
  { tenant, id, startsBy }: { readonly tenant: string; readonly id: string; readonly startsBy: Date },
  records: Records,
): Promise<void> {
  const { suspension, tag } = await lastSuspension(tenant, records);
  if (suspension?.state !== "suspended" || tag === undefined)
    throw new Error(`the database of ${tenant} is to be stopped, and nobody wrote down that it is suspended`);
  const database = { id, startsBy: startsBy.toISOString() };
  await records.put(suspensionKey(tenant), { ...suspension, database }, { ifTag: tag });
  await changeOverrides(tenant, records, (overrides) =>
    overrides.map((one) => (one.kind === "suspend" ? { ...one, databaseStartsBy: database.startsBy } : one)),
  );
}

async function forgetStopped(tenant: string, records: Records): Promise<void> {
  const { suspension, tag } = await lastSuspension(tenant, records);
  if (suspension?.database === undefined || tag === undefined) return;
  const { database: _, ...rest } = suspension;
  await records.put(suspensionKey(tenant), rest, { ifTag: tag });
}
