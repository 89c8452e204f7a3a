/** The steps that stop a tenant, rid it of what tells of lost rows, and start it again. */

import { migrationKey, migrationRecord } from "../../domain/migration.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import { type Override, withNext } from "../../domain/override.ts";
import { stepOf } from "../../domain/restore-record.ts";
import { forgetProgram } from "../../domain/restore-scripts.ts";
import { databaseLogin } from "../../domain/restore-task.ts";
import { changeOverrides, overridesOf } from "../live-overrides.ts";
import { observedServices, pauseServices, resumeServices } from "./pause-services.ts";
import { fact, output, type RestoreContext } from "./restore-context.ts";
import type { Perform } from "./run-steps.ts";
import { runStepTask, withLog } from "./tenant-task.ts";

/** Suspended live, as `/suspend` does it, so that no deployment in between starts anything. */
export const suspendTenant: Perform = async (context) => {
  const { cell, journal } = context;
  // Seen and written down before anything is stopped: a later look would only see what this step has already done.
  if (journal.now().facts.services === undefined) await lookAtServices(context, "restore");
  const record = journal.now();
  await changeOverrides(record.tenant, cell.records, (overrides) => withNext(overrides, suspension(context)));
  await pauseServices(fact(record, "services"), context);
  return { note: "nothing writes to the database any more" };
};

/** For the reverse: what runs is looked at again only if the tenant was started since. */
export const undoSuspend: Perform = async (context, step) => {
  const record = context.journal.now();
  const resumed = stepOf(record, "resume")?.state === "done";
  if (resumed && record.facts.lookedFor !== "undo") await lookAtServices(context, "undo");
  return await suspendTenant(context, step);
};

async function lookAtServices(context: RestoreContext, lookedFor: "restore" | "undo"): Promise<void> {
  const [services, overrides] = await Promise.all([
    observedServices(context),
    overridesOf(context.desired.tenant.name, context.cell.records),
  ]);
  if (services.length === 0) {
    throw new OperatorError("no-services", `${context.desired.tenant.name} has no services; deploy it first`);
  }
  const override = overrides.find(
    ({ kind, operation }) => (kind === "suspend" || kind === "resume") && operation !== context.journal.now().operation,
  );
  await context.journal.write((record) => ({ ...record, facts: { ...record.facts, services, override, lookedFor } }));
}

export const resumeTenant: Perform = async (context) => {
  const { restored } = context.journal.now().facts;
  return await resume(restored?.secret, context);
};

export const undoResume: Perform = async (context) => {
  const { old } = context.journal.now().facts;
  return await resume(old?.secret, context);
};

/** Starts the tenant as it was, on the database whose secret is given. */
export async function resume(secret: string | undefined, context: RestoreContext): Promise<{ readonly note: string }> {
  const { cell, journal } = context;
  const record = journal.now();
  const services = fact(record, "services");
  await resumeServices(services, secret, context);
  const before = record.facts.override as Override | undefined;
  await changeOverrides(record.tenant, cell.records, (overrides) => {
    const others = overrides.filter(({ operation }) => operation !== record.operation);
    return before === undefined ? others : withNext(others, before);
  });
  const running = services.map(({ name, count }) => `${name} ${count}`).join(", ");
  return { note: `running as before: ${running}` };
}

function suspension({ clock, journal }: RestoreContext): Override {
  const { operation, tenant, startedBy } = journal.now();
  return { kind: "suspend", tenant, operation, by: startedBy, since: clock.now().toISOString(), reason: "restore" };
}

/** Tasks in the queue and pages in the cache tell of rows that are not there any more. */
export const forgetQueue: Perform = async (context, step) => {
  const { exitCode, log } = await runStepTask(
    { family: "migrate", entryPoint: ["python", "-c"], command: [forgetProgram], environment: {}, secrets: {} },
    step,
    context,
  );
  if (exitCode === 0) return { note: "cache and queues are empty" };
  throw new OperatorError("queue-not-emptied", withLog(`the task ended with exit code ${exitCode}`, log));
};

/**
 * The migration of the running release, if the restored schema is older. What is remembered of migrations is true of the other database,
 * so it is marked: the next deployment runs its migration again, which does nothing where nothing is missing.
 */
export const migrateRestored: Perform = async (context, step) => {
  await forgetMigrations(context);
  const { facts } = context.journal.now();
  if (facts.behind !== true) return { note: "the schema is that of the running release" };
  const { exitCode, log } = await runStepTask(
    {
      family: "migrate",
      command: ["migrate"],
      environment: { DATABASE_HOST: facts.old?.host ?? output(context.outputs, "DatabaseHost") },
      secrets: facts.restored?.secret === undefined ? {} : databaseLogin(facts.restored.secret),
    },
    step,
    context,
  );
  if (exitCode === 0) return { note: "migrated to the running release" };
  throw new OperatorError("migration-failed", withLog(`the migration ended with exit code ${exitCode}`, log));
};

export const undoForget: Perform = async (context, step) => {
  await forgetMigrations(context);
  return await forgetQueue(context, step);
};

async function forgetMigrations({ cell, clock, journal }: RestoreContext): Promise<void> {
  const { operation, tenant } = journal.now();
  const key = migrationKey(tenant);
  const stored = await cell.records.get(key);
  if (stored === undefined) return;
  const record = migrationRecord.parse(stored.value);
  if (record.writer === operation) return;
  const next = { ...record, set: `restored by ${operation}`, state: "done", ran: true, writer: operation };
  const written = await cell.records.put(key, { ...next, at: clock.now().toISOString() }, { ifTag: stored.tag });
  if (written !== undefined) return;
  const after = await cell.records.get(key);
  if (after !== undefined && migrationRecord.parse(after.value).writer === operation) return;
  throw new OperatorError(
    "migration-elsewhere",
    `a migration of ${tenant} began at this moment; start this operation again when it is over`,
  );
}
