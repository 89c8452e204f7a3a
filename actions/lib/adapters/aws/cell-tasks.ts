import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import type { Tasks } from "../../ports/tasks.ts";
import type { Connection } from "./cell.ts";
import { ecsTasks } from "./ecs-tasks.ts";

/** A cell's one-off tasks. */
export function cellTasks({ client }: Connection): Tasks {
  return ecsTasks(new ECSClient(client), new CloudWatchLogsClient(client));
}
