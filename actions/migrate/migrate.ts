import type { DesiredTenant } from "../lib/domain/desired.ts";
import { clusterName } from "../lib/domain/environment-names.ts";
import { fingerprint } from "../lib/domain/fingerprint.ts";
import type { StageOutcome } from "../lib/domain/outcome.ts";
import { releaseKey, releaseRecord } from "../lib/domain/release-record.ts";
import { migrationTask } from "../lib/domain/tenant-services.ts";
import { trialFingerprint, trialTask } from "../lib/domain/trial-task.ts";
import type { DefinitionStore } from "../lib/engine/ensure-definition.ts";
import { runWaveStage } from "../lib/engine/fleet-wave.ts";
import { aloneOnTenant } from "../lib/engine/lease-stage.ts";
import { migrateDatabase } from "../lib/engine/migrate-database.ts";
import type { StageResult } from "../lib/engine/outcome-of.ts";
import { tenantSources } from "../lib/engine/tenant-sources.ts";
import type { Fleet } from "../lib/ports/fleet.ts";

export type MigrateFleet = Fleet<"records" | "images" | "tasks"> & {
  readonly cell: { readonly services: DefinitionStore };
};

export interface MigrateRequest {
  /** Outcomes of the stages before. */
  readonly before: readonly StageOutcome[];
  /** Content of infra/tenant/provision-trial.sql. */
  readonly trialScript: string;
}

/** Deadline of one migration task. */
const atMostMs = 20 * 60_000;

/** Databases of one instance that are migrated at a time: what they lock and write is the same machine. */
const perInstance = 4;

/** Brings the databases of the given tenants to their release's migrations; each tenant's failure is its own. */
export async function migrate(request: MigrateRequest, fleet: MigrateFleet): Promise<readonly StageOutcome[]> {
  const lane = {
    of: ({ tenant }: DesiredTenant) => (tenant.database.kind === "shared" ? "shared database instance" : undefined),
    atOnce: perInstance,
  };
  return await runWaveStage({ stage: "migrate", before: request.before, lane }, fleet, (desired) =>
    aloneOnTenant(desired, fleet, (present, alone) => migrateTenant(present, request, alone)),
  );
}

async function migrateTenant(
  desired: DesiredTenant,
  { trialScript }: MigrateRequest,
  fleet: MigrateFleet,
): Promise<StageResult> {
  const { tenant, environment, release } = desired;
  const { cell } = fleet;
  // Its database may be stopped, and nothing uses it; the deployment that resumes it migrates it first.
  if (tenant.state === "suspended") return { outcome: "unchanged", what: "suspended: migrates when it is resumed" };
  const sources = await tenantSources(desired, fleet);
  const definition = migrationTask(tenant, sources);
  const stored = await cell.records.get(releaseKey(release));
  const built = stored === undefined ? undefined : releaseRecord.parse(stored.value);
  const trial = tenant.tier === "trial" ? trialTask(definition, sources.outputs, trialScript) : undefined;
  const end = await migrateDatabase(
    {
      tenant: tenant.name,
      cluster: clusterName(environment),
      release,
      // A release that was not built here carries no list of migrations; then its image stands for it.
      set: built?.migrations ?? fingerprint(definition.container.image),
      contract: built?.contract ?? [],
      definition,
      subnets: (sources.outputs.AppSubnetIds ?? "").split(","),
      securityGroups: [
        sources.outputs.AppSecurityGroupId ?? "",
        ...(tenant.tier === "trial" ? [sources.outputs.TrialClientSecurityGroupId ?? ""] : []),
      ],
      atMostMs,
      ...(trial !== undefined && { trial: { definition: trial, fingerprint: trialFingerprint(trial) } }),
    },
    { ...cell, clock: fleet.clock, progress: fleet.progress },
  );
  switch (end.outcome) {
    case "unchanged":
      return { outcome: "unchanged" };
    case "migrated":
      return { outcome: "changed", what: `migrated to ${release}` };
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
