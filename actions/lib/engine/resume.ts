import type { CommandOf } from "../domain/command/grammar.ts";
import { clusterName } from "../domain/environment-names.ts";
import { saidInFile } from "../domain/override.ts";
import { type Suspension, suspensionKey } from "../domain/suspension.ts";
import type { ActionEnd, FailedEnd } from "./command/action-end.ts";
import { lastSuspension, startDatabase } from "./command/database-power.ts";
import { reachCount } from "./command/reach-count.ts";
import { type Setting, servicesOf } from "./command/setting.ts";
import { migrateTo, migrationDue, releaseOfTenant, rollTo } from "./command/tenant-release.ts";
import { dropOverrides, overridesOf, putOverride } from "./live-overrides.ts";

const startOrder = ["celery", "django", "beat"] as const;

/**
 * Starts a suspended tenant: its database if that was stopped, the migration it missed, its services with the release of today, then
 * the counts it had. Safe to repeat at any point.
 */
export async function resume(command: CommandOf<"resume">, setting: Setting): Promise<ActionEnd> {
  const { file, cell, clock, operation, by } = setting;
  const tenant = { ...setting.tenant, state: "active" as const };
  const { suspension } = await lastSuspension(tenant.name, cell.records);
  const release = await releaseOfTenant(tenant, setting);
  const saw = await setting.firstSight({
    state: setting.tenant.state,
    migration: (await migrationDue(release, setting)) ? "due" : "done",
    ...(suspension?.state === "suspended" && suspension.database !== undefined && { database: "stopped" }),
  });
  // Resumed before, but by a run that was lost before git heard of it.
  const unsaid = (await overridesOf(tenant.name, cell.records)).some(
    ({ kind, pull }) => kind === "resume" && pull === undefined,
  );
  const database = await startDatabase(setting);
  if (database.end === "failed") return database;
  const migrated = await migrateTo(release, setting);
  if (migrated.outcome === "failed") {
    return failed(setting, { ...migrated, evidence: migrated.log }, "it is still suspended; nothing was started");
  }
  // Only now: until here a deployment that happens to run has to leave it stopped.
  await putOverride(
    {
      ...{ kind: "resume", tenant: tenant.name, since: clock.now().toISOString(), by, operation },
      inFile: saidInFile(file, { kind: "resume" }),
      ...(command.reason !== undefined && { reason: command.reason }),
    },
    cell.records,
  );
  const rolled = await rollTo(release, setting);
  if (rolled.outcome === "failed") return failed(setting, rolled, "some services may run; nothing is lost");
  const counts = await giveBackCounts({ ...setting, tenant });
  if ("end" in counts) return counts;
  if (file.state === "active") await dropOverrides(tenant.name, [operation], cell.records);
  const running = `${counts.running} of ${counts.wanted} tasks healthy, on ${release.desired.release}`;
  const asBefore = rolled.outcome === "unchanged" && migrated.outcome === "unchanged" && database.end === "was up";
  if (saw.state === "active" && asBefore && !unsaid) {
    return { end: "unchanged", running };
  }
  return {
    end: "done",
    changes: [
      { what: "state", before: "suspended", after: "active" },
      ...(database.end === "started" || saw.database !== undefined
        ? [{ what: "database", before: "stopped", after: "available" }]
        : []),
      ...counts.services.map(({ role, tasks }) => ({ what: `${role} tasks`, before: "0", after: String(tasks) })),
    ],
    running,
    notes: saw.migration === "due" ? [`the database was migrated to ${release.desired.release} first`] : [],
    record: { what: "state", state: "active" },
  };
}

interface Counts {
  readonly running: number;
  readonly wanted: number;
  readonly services: readonly { readonly role: string; readonly tasks: number }[];
}

/** Starts as many tasks as there were, where auto scaling allows it, and waits for all of them. */
async function giveBackCounts(setting: Setting): Promise<Counts | FailedEnd> {
  const { tenant, environment, cell, clock, operation, progress } = setting;
  const { suspension: known, tag } = await lastSuspension(tenant.name, cell.records);
  const saved = known?.state === "suspended" ? known.services : [];
  const observed = await servicesOf(setting, startOrder);
  const since = clock.now();
  let [running, wanted] = [0, 0];
  const services: { readonly role: string; readonly tasks: number }[] = [];
  for (const one of observed) {
    const had = saved.find(({ role }) => role === one.role)?.desired ?? 0;
    const most = one.scaling?.max ?? one.service.desiredCount;
    const tasks = Math.max(one.service.desiredCount, Math.min(had, most));
    if (tasks > one.service.desiredCount) {
      progress.say(`${one.service.name}: ${one.service.desiredCount} → ${tasks} tasks, as before`);
      await cell.services.setCount(clusterName(environment), one.service.name, tasks);
    }
    const reached = await reachCount(one, since, setting);
    if (reached.end === "failed") return reached;
    running += reached.running;
    wanted += reached.wanted;
    services.push({ role: one.role, tasks: reached.running });
  }
  if (tag !== undefined && known?.state === "suspended") {
    const resumed: Suspension = { ...known, state: "resumed", operation, at: clock.now().toISOString() };
    await cell.records.put(suspensionKey(tenant.name), resumed, { ifTag: tag });
  }
  return { running, wanted, services };
}

function failed(
  { tenant }: Setting,
  end: { readonly reasonCode: string; readonly cause: string; readonly evidence: readonly string[] },
  running: string,
): FailedEnd {
  const { reasonCode, cause, evidence } = end;
  const next = [{ verb: "resume", tenant: tenant.name } as const, { verb: "diagnose", tenant: tenant.name } as const];
  return { end: "failed", reasonCode, cause, evidence, running, next };
}
