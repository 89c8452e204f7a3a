/** The second stage of a tenant: its database gets the migrations of its release. */
import type { DesiredTenant } from "../domain/desired.ts";
import { suspensionKey, suspensionRecord } from "../domain/suspension.ts";
import { trialFingerprint, trialTask } from "../domain/trial-task.ts";
import { databasesAtOnce } from "../domain/wave-shards.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { DefinitionStore } from "./ensure-definition.ts";
import type { TenantStage } from "./fleet-wave.ts";
import { lanes } from "./lanes.ts";
import { aloneOnTenant } from "./lease-stage.ts";
import { migrateDatabase } from "./migrate-database.ts";
import { migrationRequest } from "./migration-request.ts";
import type { StageResult } from "./outcome-of.ts";
import { tenantSources } from "./tenant-sources.ts";

export type MigrateFleet = Fleet<"records" | "images" | "tasks"> & {
  readonly cell: { readonly services: DefinitionStore };
};

export interface MigrateSources {
  /** Content of infra/tenant/provision-trial.sql. */
  readonly trialScript: string;
}

/** Deadline of one migration task. */
const atMostMs = 20 * 60_000;

/** Brings databases to their release's migrations, few at a time on an instance that several tenants share. */
export function migrateStage(fleet: MigrateFleet, sources: MigrateSources): TenantStage {
  const enter = lanes(Math.max(1, Math.floor(databasesAtOnce / (fleet.shard?.shards ?? 1))));
  return {
    stage: "migrate",
    enter: ({ tenant }, work) =>
      enter(tenant.database.kind === "shared" ? "shared database instance" : undefined, work),
    work: (desired) => aloneOnTenant(desired, fleet, (present, alone) => migrateTenant(present, sources, alone)),
  };
}

/** A database that was stopped with its tenant is started by the role for operations only: by the command, or not at all. */
async function stoppedDatabase({ tenant }: DesiredTenant, { cell }: MigrateFleet): Promise<StageResult | undefined> {
  if (tenant.database.kind === "shared") return undefined;
  const stored = await cell.records.get(suspensionKey(tenant.name));
  const suspension = stored === undefined ? undefined : suspensionRecord.parse(stored.value);
  if (suspension?.state !== "suspended" || suspension.database === undefined) return undefined;
  return {
    ...{ outcome: "failed", reasonCode: "database-stopped", next: `/resume ${tenant.name}` },
    cause: `its database ${suspension.database.id} was stopped when it was suspended; the command starts it, migrates it and goes on`,
    running: "nothing runs",
  };
}

async function migrateTenant(
  desired: DesiredTenant,
  { trialScript }: MigrateSources,
  fleet: MigrateFleet,
): Promise<StageResult> {
  const { tenant, release } = desired;
  const { cell } = fleet;
  // Its database may be stopped, and nothing uses it; the deployment that resumes it migrates it first.
  if (tenant.state === "suspended") return { outcome: "unchanged", what: "suspended: migrates when it is resumed" };
  const stopped = await stoppedDatabase(desired, fleet);
  if (stopped !== undefined) return stopped;
  const sources = await tenantSources(desired, fleet);
  const request = await migrationRequest(desired, sources, cell.records);
  const trial = tenant.tier === "trial" ? trialTask(request.definition, sources.outputs, trialScript) : undefined;
  const end = await migrateDatabase(
    {
      ...request,
      atMostMs,
      ...(trial !== undefined && { trial: { definition: trial, fingerprint: trialFingerprint(trial) } }),
    },
    { ...cell, clock: fleet.clock, progress: fleet.progress },
  );
  switch (end.outcome) {
    case "unchanged":
      return { outcome: "unchanged" };
    case "migrated":
      return {
        outcome: "changed",
        what: [...(end.loaded === undefined ? [] : [end.loaded]), `migrated to ${release}`].join("; "),
      };
    case "failed":
      return {
        outcome: "failed",
        cause: end.cause,
        evidence: end.log,
        reasonCode: end.reasonCode,
        running: "services still run what they ran before",
        next: `/retry ${tenant.name}`,
      };
  }
}
