/** What a tenant's database is migrated with: the same for a deployment and for a command. */
import type { DesiredTenant } from "../domain/desired.ts";
import { clusterName } from "../domain/environment-names.ts";
import { fingerprint } from "../domain/fingerprint.ts";
import { taskNetworkOf } from "../domain/task-network.ts";
import { migrationTask, type ServiceSources } from "../domain/tenant-services.ts";
import type { Records } from "../ports/records.ts";
import { builtRelease } from "./built-release.ts";
import type { MigrationRequest } from "./migrate-database.ts";

/** @throws OperatorError `missing-output` if the stacks lack what the task is made from */
export async function migrationRequest(
  { tenant, environment, release, stack }: DesiredTenant,
  sources: ServiceSources,
  records: Pick<Records, "get">,
): Promise<Omit<MigrationRequest, "atMostMs" | "trial">> {
  const built = await builtRelease(release, records);
  const definition = migrationTask(tenant, sources);
  return {
    tenant: tenant.name,
    cluster: clusterName(environment),
    release,
    // A release that was not built here carries no list of migrations; then its image stands for it.
    set: built?.migrations ?? fingerprint(definition.container.image),
    contract: built?.contract ?? [],
    definition,
    ...taskNetworkOf(stack.name, tenant.tier, sources.outputs),
  };
}
