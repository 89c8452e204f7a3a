import { type CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { type ECSClient, ListTasksCommand, RunTaskCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { withoutSecrets } from "../../domain/sensitive.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Tasks } from "../../ports/tasks.ts";
import { hasCode } from "./client.ts";
import { toTaskState } from "./ecs-forms.ts";
import { taskReads } from "./ecs-reads.ts";

/** One-off tasks on on-demand Fargate, and their logs in CloudWatch Logs. */
export function ecsTasks(ecs: ECSClient, logs: CloudWatchLogsClient, clock: Clock): Tasks {
  const tasks = taskReads(ecs, clock);
  return {
    run: async (request) => {
      try {
        const answer = await ecs.send(
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
        const task = answer.tasks?.[0]?.taskArn;
        if (task !== undefined) return { task };
        return {
          refused: (answer.failures ?? []).map(({ reason, detail, arn }) =>
            [reason, detail, arn].filter(Boolean).join(" "),
          ),
        };
      } catch (error) {
        // The token was used before, with the task that it started (API reference, RunTask, ConflictException.resourceIds).
        const existing = hasCode(error, "ConflictException")
          ? (error as { readonly resourceIds?: readonly string[] }).resourceIds?.[0]
          : undefined;
        if (existing !== undefined) return { task: existing };
        // A quota of Fargate, or EC2 asked too often on the way, comes as an error and not as a failure (aws-sdk-ruby issue 3047,
        // dask-cloudprovider issue 56); nothing was started.
        if (hasCode(error, "ClientException", "InvalidParameterException"))
          return { refused: [(error as Error).message] };
        throw error;
      }
    },

    describe: async (cluster, task) => {
      const found = (await tasks(cluster)([task])).get(task);
      return found === undefined ? undefined : toTaskState(found);
    },

    running: async (cluster, startedBy) => {
      // Those that run are what is listed; who started them must be the only filter (API reference, ListTasks).
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, startedBy }));
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
        // They become the evidence of a failure, in issues and comments that more people read than the log.
        return (events ?? []).flatMap(({ message }) => (message === undefined ? [] : withoutSecrets(message)));
      } catch (error) {
        // A task that never started has no stream.
        if (hasCode(error, "ResourceNotFoundException")) return [];
        throw error;
      }
    },
  };
}
