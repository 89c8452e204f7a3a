import type { Environment } from "../../domain/environment.ts";
import { roleArn } from "../../domain/environment-names.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Progress } from "../../ports/progress.ts";
import type { RestoreCell } from "../../ports/restore-cell.ts";
import { type Connection, connectTo } from "./cell.ts";
import { oidcCredentials } from "./credentials.ts";
import { lazily } from "./lazily.ts";
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
    stacks: lazily(async () => (await import("./cell-stacks.ts")).cellStacks(connection)),
    services: lazily(async () => (await import("./cell-services.ts")).cellServices(connection)),
    tasks: lazily(async () => (await import("./cell-tasks.ts")).cellTasks(connection)),
    records: lazily(async () => (await import("./cell-records.ts")).cellRecords(connection)),
    databases: lazily(async () => (await import("./cell-databases.ts")).cellDatabases(connection)),
    files: lazily(async () => (await import("./cell-files.ts")).cellFiles(connection)),
  };
}
