import { ECSClient } from "@aws-sdk/client-ecs";
import type { Services } from "../../ports/services.ts";
import type { Connection } from "./cell.ts";
import { ecsDefinitions } from "./ecs-definitions.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/** Of a cell's services only their task definitions: an action that runs tasks needs no client of auto scaling. */
export function cellDefinitions({
  client,
  calls,
  clock,
  trace,
}: Connection): Pick<Services, "taskDefinition" | "latest" | "register"> {
  return ecsDefinitions(scheduled(trace.follow(new ECSClient(scheduledSettings(client))), calls), clock);
}
