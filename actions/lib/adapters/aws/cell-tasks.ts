import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import type { Tasks } from "../../ports/tasks.ts";
import type { Connection } from "./cell.ts";
import { ecsTasks } from "./ecs-tasks.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/** A cell's one-off tasks. */
export function cellTasks({ client, calls, clock, trace }: Connection): Tasks {
  const settings = scheduledSettings(client);
  return ecsTasks(
    scheduled(trace.follow(new ECSClient(settings)), calls),
    scheduled(trace.follow(new CloudWatchLogsClient(settings)), calls),
    clock,
  );
}
