import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { RDSClient } from "@aws-sdk/client-rds";
import type { Databases } from "../../ports/databases.ts";
import type { Connection } from "./cell.ts";
import { rdsDatabases } from "./rds-databases.ts";
import { rdsStackDrift } from "./rds-stack-drift.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/** A cell's databases. */
export function cellDatabases({ client, calls, trace }: Connection): Databases {
  const settings = scheduledSettings(client);
  return {
    ...rdsDatabases(scheduled(trace.follow(new RDSClient(settings)), calls)),
    ...rdsStackDrift(scheduled(trace.follow(new CloudFormationClient(settings)), calls)),
  };
}
