import type { DesiredTenant } from "../lib/domain/desired.ts";
import { clusterName } from "../lib/domain/environment-names.ts";
import { fingerprint } from "../lib/domain/fingerprint.ts";
import type { StageOutcome } from "../lib/domain/outcome.ts";
import { releaseKey, releaseRecord } from "../lib/domain/release-record.ts";
import { migrationTask } from "../lib/domain/tenant-services.ts";
import { migrateDatabase } from "../lib/engine/migrate-database.ts";
import { outcomeOf, type StageResult } from "../lib/engine/outcome-of.ts";
import { tenantSources } from "../lib/engine/tenant-sources.ts";
import { together } from "../lib/engine/together.ts";
import type { Fleet } from "../lib/ports/fleet.ts";

/** Deadline of one migration task. */
const atMostMs = 20 * 60_000;

/** Brings the databases of the given tenants to their release's migrations; each tenant's failure is its own. */
export async function migrate(
  fleet: Fleet<"records" | "images" | "services" | "tasks">,
): Promise<readonly StageOutcome[]> {
  const { cell, clock } = fleet;
  return await together(fleet.tenants, cell.environment.rollout.concurrency, (desired) =>
    outcomeOf({ tenant: desired.tenant.name, environment: cell.environment.name, stage: "migrate" }, clock, () =>
      migrateTenant(desired, fleet),
    ),
  );
}

async function migrateTenant(
  desired: DesiredTenant,
  fleet: Fleet<"records" | "images" | "services" | "tasks">,
): Promise<StageResult> {
  const { tenant, environment, release } = desired;
  const { cell } = fleet;
  const sources = await tenantSources(desired, fleet);
  const definition = migrationTask(tenant, sources);
  const stored = await cell.records.get(releaseKey(release));
  const built = stored === undefined ? undefined : releaseRecord.parse(stored.value);
  const end = await migrateDatabase(
    {
      tenant: tenant.name,
      cluster: clusterName(environment),
      release,
      // A release that was not built here carries no list of migrations; then its image stands for it.
      set: built?.migrations ?? fingerprint(definition.container.image),
      definition,
      subnets: (sources.outputs.AppSubnetIds ?? "").split(","),
      securityGroups: [sources.outputs.AppSecurityGroupId ?? ""],
      atMostMs,
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
