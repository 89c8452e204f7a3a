/** A tenant's services and database at a release: what resuming, migrating and rolling back have in common. */

import { type DesiredTenant, desiredTenant } from "../../domain/desired.ts";
import { clusterName } from "../../domain/environment-names.ts";
import { fingerprint } from "../../domain/fingerprint.ts";
import { migrationKey, migrationRecord, nextMigration } from "../../domain/migration.ts";
import { releaseKey, releaseRecord } from "../../domain/release-record.ts";
import type { Tenant } from "../../domain/tenant.ts";
import { migrationTask, releaseTag, type ServiceSources, tenantServices } from "../../domain/tenant-services.ts";
import type { Records } from "../../ports/records.ts";
import { migrateDatabase } from "../migrate-database.ts";
import type { MigrationOutcome } from "../migration-outcome.ts";
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
export async function migrationDue(release: Release, { cell }: Pick<Setting, "cell">): Promise<boolean> {
  const { set } = await migrationsOf(release, cell.records);
  const stored = await cell.records.get(migrationKey(release.desired.tenant.name));
  return nextMigration(stored === undefined ? undefined : migrationRecord.parse(stored.value), set).kind !== "done";
}

/** What a release migrates with. One that was not built here carries no list of migrations; then its image stands for it. */
async function migrationsOf({ desired, sources }: Release, records: Pick<Records, "get">) {
  const definition = migrationTask(desired.tenant, sources);
  const built = await builtRelease(desired.release, records);
  return {
    definition,
    set: built?.migrations ?? fingerprint(definition.container.image),
    contract: built?.contract ?? [],
  };
}

/** Brings the database to the release's migrations, if they are due. */
export async function migrateTo(wanted: Release, setting: Setting): Promise<MigrationOutcome> {
  const { desired, sources } = wanted;
  const { tenant, environment, release } = desired;
  const { AppSubnetIds = "", AppSecurityGroupId = "", TrialClientSecurityGroupId = "" } = sources.outputs;
  return await migrateDatabase(
    {
      tenant: tenant.name,
      cluster: clusterName(environment),
      release,
      ...(await migrationsOf(wanted, setting.cell.records)),
      subnets: AppSubnetIds.split(","),
      securityGroups: [AppSecurityGroupId, ...(tenant.tier === "trial" ? [TrialClientSecurityGroupId] : [])],
      atMostMs: patienceMs,
      ...(tenant.tier === "trial" && { trial: "elsewhere" }),
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

/** What is known of how a release was built. */
export async function builtRelease(release: string, records: Pick<Records, "get">) {
  const stored = await records.get(releaseKey(release));
  return stored === undefined ? undefined : releaseRecord.parse(stored.value);
}
