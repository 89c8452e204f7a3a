import type { CommandOf } from "../domain/command/grammar.ts";
import { clusterName } from "../domain/environment-names.ts";
import { saidInFile } from "../domain/override.ts";
import { type Suspension, suspensionKey } from "../domain/suspension.ts";
import type { Tenant } from "../domain/tenant.ts";
import type { ActionEnd } from "./command/action-end.ts";
import { lastSuspension, stopDatabase, stoppableDatabase } from "./command/database-power.ts";
import { reachCount } from "./command/reach-count.ts";
import { type Setting, servicesOf } from "./command/setting.ts";
import { dropOverrides, putOverride } from "./live-overrides.ts";

/** What sends work stops before what does it, and people's pages last. */
const stopOrder = ["beat", "celery", "django"] as const;

/**
 * Stops all tasks of a tenant, and its database if that is asked for, last of all. Auto scaling lets go before any count falls, or the
 * next alarm would lift it again. What resuming gives back is written down before anything is touched. Safe to repeat at any point.
 */
export async function suspend(command: CommandOf<"suspend">, setting: Setting): Promise<ActionEnd> {
  const { tenant, file, environment, cell, clock, progress, operation, by } = setting;
  const observed = await servicesOf(setting, stopOrder);
  const cluster = clusterName(environment);
  const running = observed.filter(({ service }) => service.desiredCount > 0);
  const database = command.database === "stop" ? await stoppableDatabase(setting) : undefined;
  const said = file.state === "suspended";
  const still = database === undefined || database.status === "stopped";
  const { due, ...saw } = await setting.firstSight({
    due: running.length > 0 || !said || !still ? "yes" : "no",
    ...Object.fromEntries(running.map(({ role, service }) => [`${role} tasks`, String(service.desiredCount)])),
    ...(database !== undefined && { database: database.status }),
  });
  await putOverride(
    {
      ...{ kind: "suspend", tenant: tenant.name, since: clock.now().toISOString(), by, operation },
      inFile: saidInFile(file, { kind: "suspend" }),
      ...(command.reason !== undefined && { reason: command.reason }),
    },
    cell.records,
  );
  await remember(observed, setting);
  const since = clock.now();
  for (const { service, scaling } of observed) {
    if (scaling === undefined || (scaling.suspended && scaling.min === 0)) continue;
    progress.say(`${service.name}: auto scaling lets go`);
    await cell.services.scale(cluster, { service: service.name, min: 0, max: scaling.max, suspended: true });
  }
  for (const { service } of observed) {
    if (service.desiredCount === 0) continue;
    progress.say(`${service.name}: ${service.desiredCount} → 0 tasks`);
    await cell.services.setCount(cluster, service.name, 0);
  }
  for (const one of observed) {
    const reached = await reachCount(one, since, setting);
    if (reached.end === "failed") return reached;
  }
  const stopped = database === undefined ? undefined : await stopDatabase(setting);
  if (stopped?.end === "failed") return stopped;
  if (said) await dropOverrides(tenant.name, [operation], cell.records);
  const now = `0 tasks run; auto scaling is suspended; ${stopped === undefined ? "" : "the database is stopped; "}all data stays`;
  if (due === "no") return { end: "unchanged", running: now };
  return {
    end: "done",
    changes: [
      { what: "state", before: "active", after: "suspended" },
      ...Object.entries(saw).map(([what, before]) => ({ what, before, after: what === "database" ? "stopped" : "0" })),
    ],
    running: now,
    notes: [
      ...databaseNotes(tenant, stopped),
      `deployments give it the releases of the meantime without starting it; /resume ${tenant.name} starts it again`,
    ],
    record: { what: "state", state: "suspended" },
  };
}

function databaseNotes(tenant: Tenant, stopped: { readonly startsBy: Date } | undefined): readonly string[] {
  if (tenant.database.kind === "shared") return [];
  if (stopped === undefined) {
    return [
      `the database goes on running, so that nothing has to be waited for when it is resumed; it is paid for. To stop it too: /suspend ${tenant.name} stop-database`,
    ];
  }
  const when = stopped.startsBy.toISOString().slice(0, 16).replace("T", " ");
  return [
    `AWS leaves a database stopped for seven days, this one until ${when} UTC; when it has started it, it is stopped again, until the tenant is resumed`,
    "its storage and backups are kept, and paid for",
  ];
}

/** Keeps what an earlier, unfinished suspension wrote: by now the counts may be zero. */
async function remember(
  observed: Awaited<ReturnType<typeof servicesOf>>,
  { tenant, cell, clock, operation }: Setting,
): Promise<void> {
  const { suspension: known, tag } = await lastSuspension(tenant.name, cell.records);
  if (known?.state === "suspended") return;
  const services = observed.map(({ role, service, scaling }) => ({
    role,
    desired: service.desiredCount,
    ...(scaling !== undefined && { scaling: { min: scaling.min, max: scaling.max } }),
  }));
  const record: Suspension = { state: "suspended", operation, at: clock.now().toISOString(), services };
  await cell.records.put(suspensionKey(tenant.name), record, tag === undefined ? { ifAbsent: true } : { ifTag: tag });
}
