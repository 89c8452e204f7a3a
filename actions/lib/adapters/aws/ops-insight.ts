import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeServiceRevisionsCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import type { Insight } from "../../ports/metrics.ts";
import { batches } from "./batches.ts";
import type { Connection } from "./cell.ts";
import { newestLines } from "./newest-lines.ts";
import { alarmsOf, databaseOf, targetsOf, usageOf } from "./ops-observations.ts";
import type { Answer, QueryCall } from "./ops-query.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/** What a tenant looks like from outside, with the clients it takes. */
export function opsInsight({ client, calls, clock }: Connection, query: (call: QueryCall) => Promise<Answer>): Insight {
  const ecs = scheduled(new ECSClient(scheduledSettings(client)), calls);
  const logs = scheduled(new CloudWatchLogsClient(scheduledSettings(client)), calls);
  return {
    healthyTasks: async (cluster, service) => {
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, serviceName: service }));
      const described = await Promise.all(
        batches(taskArns ?? [], 100).map((tasks) => ecs.send(new DescribeTasksCommand({ cluster, tasks }))),
      );
      return described.flatMap(({ tasks }) => tasks ?? []).filter(({ healthStatus }) => healthStatus === "HEALTHY")
        .length;
    },

    lines: (group, since, most) => newestLines(logs, { group, since, until: clock.now(), most }),

    ranBefore: async (cluster, service) => {
      const { serviceDeployments } = await ecs.send(
        new ListServiceDeploymentsCommand({ cluster, service, status: ["SUCCESSFUL"], maxResults: 20 }),
      );
      const newestFirst = (serviceDeployments ?? []).toSorted(
        (a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0),
      );
      const revisions = newestFirst.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []);
      if (revisions.length === 0) return [];
      const found = await ecs.send(
        new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...new Set(revisions)].slice(0, 20) }),
      );
      const definitions = new Map(
        (found.serviceRevisions ?? []).map((one) => [one.serviceRevisionArn ?? "", one.taskDefinition]),
      );
      return [...new Set(revisions.flatMap((revision) => definitions.get(revision) ?? []))];
    },

    targets: (targetGroup) => targetsOf(query, targetGroup),
    alarms: (prefix) => alarmsOf(query, prefix),
    usage: (wish) => usageOf(query, wish, clock),
    database: (id) => databaseOf(query, id),
  };
}
