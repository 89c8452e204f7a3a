import type { Environment } from "../../domain/environment.ts";
import { roleArn } from "../../domain/environment-names.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Progress } from "../../ports/progress.ts";
import type { RestoreCell } from "../../ports/restore-cell.ts";
import { type Connection, connectTo } from "./cell.ts";
import { lazily } from "./lazily.ts";
import { tenantCredentials } from "./ops-credentials.ts";

/**
 * An environment's AWS for the restore of one tenant, reached with a session that carries the tenant.
 *
 * @param run.session shown in CloudTrail as the session's name: who and which run
 */
export function restoreCells(run: {
  readonly tenant: string;
  readonly session: string;
  readonly idToken: () => Promise<string>;
  readonly clock: Clock;
  readonly progress: Progress;
}): (environment: Environment) => RestoreCell {
  return (environment) => {
    const credentials = tenantCredentials({
      ...run,
      region: environment.region,
      role: roleArn(environment, "restore"),
    });
    return restoreCell(connectTo(environment, { ...run, kind: "restore", credentials }));
  };
}

/** The parts of a restore's cell over one connection. */
export function restoreCell(connection: Connection): RestoreCell {
  return {
    environment: connection.environment,
    stacks: lazily(async () => (await import("./cell-stacks.ts")).cellStacks(connection)),
    services: lazily(async () => (await import("./cell-services.ts")).cellServices(connection)),
    tasks: lazily(async () => (await import("./cell-tasks.ts")).cellTasks(connection)),
    records: lazily(async () => (await import("./cell-records.ts")).cellRecords(connection)),
    databases: lazily(async () => (await import("./cell-databases.ts")).cellDatabases(connection)),
    files: lazily(async () => (await import("./cell-files.ts")).cellFiles(connection)),
  };
}
