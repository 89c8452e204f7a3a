import type { Environment } from "../../domain/environment.ts";
import { roleArn } from "../../domain/environment-names.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Progress } from "../../ports/progress.ts";
import type { RestoreCell } from "../../ports/restore-cell.ts";
import { type Connection, connectTo } from "./cell.ts";
import { cellDatabases } from "./cell-databases.ts";
import { cellFiles } from "./cell-files.ts";
import { cellRecords } from "./cell-records.ts";
import { cellServices } from "./cell-services.ts";
import { cellStacks } from "./cell-stacks.ts";
import { cellTasks } from "./cell-tasks.ts";
import { oidcCredentials } from "./credentials.ts";
import { tenantCredentials } from "./ops-credentials.ts";

/**
 * An environment's AWS for the restore of one tenant. With the role for restores the session carries the tenant and reaches no other; with
 * the role for plans it can look, but not at files.
 *
 * @param run.session shown in CloudTrail as the session's name: who and which run
 */
export function restoreCells(run: {
  readonly tenant: string;
  readonly role: "plan" | "restore";
  readonly session: string;
  readonly idToken: () => Promise<string>;
  readonly clock: Clock;
  readonly progress: Progress;
}): (environment: Environment) => RestoreCell {
  return (environment) => {
    const pause = (milliseconds: number): Promise<void> => run.clock.sleep(milliseconds);
    const request = { ...run, pause, region: environment.region, role: roleArn(environment, run.role) };
    const credentials = run.role === "plan" ? oidcCredentials(request) : tenantCredentials(request);
    return restoreCell(connectTo(environment, { ...run, kind: run.role, credentials }));
  };
}

/** The parts of a restore's cell over one connection. */
export function restoreCell(connection: Connection): RestoreCell {
  return {
    environment: connection.environment,
    stacks: cellStacks(connection),
    services: cellServices(connection),
    tasks: cellTasks(connection),
    records: cellRecords(connection),
    databases: cellDatabases(connection),
    files: cellFiles(connection),
  };
}
