import type { AwsCredentialIdentityProvider } from "@aws-sdk/types";
import type { Environment } from "../../domain/environment.ts";
import { roleArn } from "../../domain/environment-names.ts";
import type { Cell } from "../../ports/cell.ts";
import type { DatabasePower } from "../../ports/database-power.ts";
import type { Insight } from "../../ports/metrics.ts";
import type { Progress } from "../../ports/progress.ts";
import { systemClock } from "../clock.ts";
import { connectTo } from "./cell.ts";
import { cellRecords } from "./cell-records.ts";
import { cellServices } from "./cell-services.ts";
import { cellTasks } from "./cell-tasks.ts";
import { oidcCredentials } from "./credentials.ts";
import { tenantCredentials } from "./ops-credentials.ts";
import { opsDatabases } from "./ops-databases.ts";
import { opsImages } from "./ops-images.ts";
import { opsInsight } from "./ops-insight.ts";
import { awsQueries } from "./ops-query.ts";
import { opsStacks } from "./ops-stacks.ts";

/** What makes the sessions of a run. */
export interface OpsRun {
  /** Shown in CloudTrail as the session's name: who and which run. */
  readonly session: string;
  readonly idToken: () => Promise<string>;
  readonly clockSpeed: number;
  readonly clockStarted: number | undefined;
}

/**
 * The AWS of an environment for one tenant, reached with the role for operations and the tenant as a tag of the session. Without a
 * tenant the session can read and write records, and nothing else.
 */
export function opsCells(
  run: OpsRun,
  progress: Progress,
): (
  environment: Environment,
  tenant?: string,
) => Cell & { readonly insight: Insight; readonly databases: DatabasePower } {
  const clock = systemClock(run.clockSpeed, run.clockStarted);
  const pause = (milliseconds: number): Promise<void> => clock.sleep(milliseconds);
  const credentialsOf = (environment: Environment, tenant?: string): AwsCredentialIdentityProvider => {
    const request = { ...run, region: environment.region, role: roleArn(environment, "ops") };
    return tenant === undefined ? oidcCredentials(request) : tenantCredentials({ ...request, tenant, clock });
  };
  return (environment, tenant) => {
    const credentials = credentialsOf(environment, tenant);
    const connection = connectTo(environment, { kind: "ops", credentials, clock, progress });
    const signing = { region: environment.region, credentials, pause };
    const query = awsQueries(signing);
    return {
      environment,
      stacks: opsStacks(query),
      services: cellServices(connection),
      tasks: cellTasks(connection),
      images: opsImages(signing),
      records: cellRecords(connection),
      insight: opsInsight(connection, query),
      databases: opsDatabases(query),
    };
  };
}
