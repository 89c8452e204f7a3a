/** A tenant's services and database at a release: what resuming, migrating and rolling back have in common. */

import { type DesiredTenant, desiredTenant } from "../../domain/desired.ts";
import { clusterName } from "../../domain/environment-names.ts";
import { migrationKey, migrationRecord, nextMigration } from "../../domain/migration.ts";
import type { Tenant } from "../../domain/tenant.ts";
import { releaseTag, type ServiceSources, tenantServices } from "../../domain/tenant-services.ts";
import { migrateDatabase } from "../migrate-database.ts";
import type { MigrationOutcome } from "../migration-outcome.ts";
import { migrationRequest } from "../migration-request.ts";
import { platformOutputs } from "../platform.ts";
import { rollRemembered } from "../remembered-roll.ts";
import type { RollOutcome } from "../roll-services.ts";
import { tenantSources } from "../tenant-sources.ts";
import { patienceMs, type Setting, servicesOf } from "./setting.ts";

/** A tenant as it is to run, with what its task definitions are made from. */
export interface Release {
  readonly desired: DesiredTenant;
  readonly sources: ServiceSources;
}

/** @throws OperatorError if its stack is missing, or images of its release are */
export async function releaseOfTenant(tenant: Tenant, setting: Setting): Promise<Release> {
  const { environment, template, cell, clock, progress } = setting;
  const platform = await platformOutputs(environment, cell.stacks);
  const desired = desiredTenant(tenant, { environment, template, platform });
  const sources = await tenantSources(desired, { cell, platform, tenants: [desired], clock, progress });
  return { desired, sources };
}

/** Whether the database lacks migrations of the release, or they are not through. Nothing is changed. */
export async function migrationDue({ desired, sources }: Release, { cell }: Pick<Setting, "cell">): Promise<boolean> {
  const { set } = await migrationRequest(desired, sources, cell.records);
  const stored = await cell.records.get(migrationKey(desired.tenant.name));
  return nextMigration(stored === undefined ? undefined : migrationRecord.parse(stored.value), set).kind !== "done";
}

/** Brings the database to the release's migrations, if they are due. */
export async function migrateTo({ desired, sources }: Release, setting: Setting): Promise<MigrationOutcome> {
  return await migrateDatabase(
    {
      ...(await migrationRequest(desired, sources, setting.cell.records)),
      atMostMs: patienceMs,
      ...(desired.tenant.tier === "trial" && { trial: "elsewhere" }),
    },
    { ...setting.cell, clock: setting.clock, progress: setting.progress },
  );
}

/** Rolls the services to the release and to what else the tenant is to be. */
export async function rollTo({ desired, sources }: Release, setting: Setting): Promise<RollOutcome> {
  return await rollRemembered(
    desired.tenant.name,
    {
      cluster: clusterName(desired.environment),
      desires: tenantServices(desired.tenant, sources),
      atMostMs: patienceMs,
    },
    { ...setting.cell, clock: setting.clock, progress: setting.progress },
  );
}

/** The release that django runs now, or undefined if its definition does not say. */
export async function runningRelease(
  setting: Pick<Setting, "tenant" | "environment" | "cell">,
): Promise<string | undefined> {
  const [django] = await servicesOf(setting, ["django"]);
  return django?.definition.tags[releaseTag];
}
