import { type CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import type { TaskState } from "../../domain/task.ts";
import type { Tasks } from "../../ports/tasks.ts";
import { hasCode } from "./client.ts";

/** One-off tasks on on-demand Fargate, and their logs in CloudWatch Logs. */
export function ecsTasks(ecs: ECSClient, logs: CloudWatchLogsClient): Tasks {
  return {
    run: async (request) => {
      try {
        const { tasks, failures } = await ecs.send(
          new RunTaskCommand({
            cluster: request.cluster,
            taskDefinition: request.taskDefinition,
            count: 1,
            // Never Spot: an interruption in the middle of a migration is what nobody wants to repair at night.
            capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }],
            networkConfiguration: {
              awsvpcConfiguration: {
                subnets: [...request.subnets],
                securityGroups: [...request.securityGroups],
                assignPublicIp: "DISABLED",
              },
            },
            overrides: {
              containerOverrides: [
                {
                  name: request.container,
                  command: [...request.command],
                  ...(request.environment !== undefined && {
                    environment: Object.entries(request.environment).map(([name, value]) => ({ name, value })),
                  }),
                },
              ],
            },
            startedBy: request.startedBy,
            clientToken: request.token,
            propagateTags: "TASK_DEFINITION",
          }),
        );
        const task = tasks?.[0]?.taskArn;
        if (task !== undefined) return { task };
        return {
          refused: (failures ?? []).map(({ reason, detail, arn }) => [reason, detail, arn].filter(Boolean).join(" ")),
        };
      } catch (error) {
        // The token was used before, with the task that it started (API reference, RunTask, ConflictException.resourceIds).
        const existing = hasCode(error, "ConflictException")
          ? (error as { readonly resourceIds?: readonly string[] }).resourceIds?.[0]
          : undefined;
        if (existing !== undefined) return { task: existing };
        throw error;
      }
    },

    describe: async (cluster, task) => {
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
      return tasks?.[0] === undefined ? undefined : toTaskState(tasks[0]);
    },

    running: async (cluster, startedBy) => {
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, startedBy, desiredStatus: "RUNNING" }));
      return taskArns ?? [];
    },

    stop: async (cluster, task, reason) => {
      await ecs.send(new StopTaskCommand({ cluster, task, reason }));
    },

    log: async (group, stream, lines) => {
      try {
        const { events } = await logs.send(
          new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: lines, startFromHead: false }),
        );
        return (events ?? []).flatMap(({ message }) => message ?? []);
      } catch (error) {
        // A task that never started has no stream.
        if (hasCode(error, "ResourceNotFoundException")) return [];
        throw error;
      }
    },
  };
}

function toTaskState(task: Task): TaskState {
  return {
    task: task.taskArn ?? "",
    status: toStatus(task.lastStatus),
    ...(task.startedAt !== undefined && { startedAt: task.startedAt }),
    ...(task.stopCode !== undefined && { stopCode: task.stopCode }),
    ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
    containers: (task.containers ?? []).map(({ name, exitCode, reason }) => ({
      name: name ?? "",
      ...(exitCode !== undefined && { exitCode }),
      ...(reason !== undefined && { reason }),
    })),
  };
}

/** Statuses of the ECS developer guide, "Amazon ECS task lifecycle". */
function toStatus(status: string | undefined): TaskState["status"] {
  switch (status) {
    case "PROVISIONING":
    case "PENDING":
    case "ACTIVATING":
      return "starting";
    case "RUNNING":
      return "running";
    case "DEACTIVATING":
    case "STOPPING":
    case "DEPROVISIONING":
      return "stopping";
    case "STOPPED":
    case "DELETED":
      return "stopped";
    default:
      throw new Error(`unknown task status ${String(status)}`);
  }
}
