import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeServiceRevisionsCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import type { Clock } from "../../ports/clock.ts";
import type { Insight, UsageWish } from "../../ports/metrics.ts";
import { batches } from "./batches.ts";
import type { Connection } from "./cell.ts";
import { hasCode } from "./client.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/** What a tenant looks like from outside, with the clients it takes. */
export function opsInsight({ client, calls, trace, clock }: Connection): Insight {
  const ecs = scheduled(new ECSClient(scheduledSettings(client)), calls);
  const logs = scheduled(new CloudWatchLogsClient(scheduledSettings(client)), calls);
  const watch = trace.follow(new CloudWatchClient(client));
  const balancers = trace.follow(new ElasticLoadBalancingV2Client(client));
  const rds = trace.follow(new RDSClient(client));
  return {
    healthyTasks: async (cluster, service) => {
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, serviceName: service }));
      const described = await Promise.all(
        batches(taskArns ?? [], 100).map((tasks) => ecs.send(new DescribeTasksCommand({ cluster, tasks }))),
      );
      return described.flatMap(({ tasks }) => tasks ?? []).filter(({ healthStatus }) => healthStatus === "HEALTHY")
        .length;
    },

    lines: (group, since, most) => linesOf(logs, { group, since, most }),

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

    targets: async (targetGroup) => {
      const { TargetHealthDescriptions } = await balancers.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }),
      );
      return (TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => {
        const reason = [TargetHealth?.Reason, TargetHealth?.Description]
          .filter((text) => text !== undefined)
          .join(": ");
        return {
          id: `${Target?.Id ?? "?"}:${Target?.Port ?? "?"}`,
          state: TargetHealth?.State ?? "unknown",
          ...(reason !== "" && { reason }),
        };
      });
    },

    alarms: async (prefix) => {
      const { MetricAlarms } = await watch.send(
        new DescribeAlarmsCommand({ AlarmNamePrefix: prefix, MaxRecords: 100 }),
      );
      return (MetricAlarms ?? [])
        .filter(({ StateValue }) => StateValue !== "OK")
        .map(({ AlarmName, StateValue, StateReason, StateUpdatedTimestamp }) => ({
          name: AlarmName ?? "",
          state: StateValue === "ALARM" ? ("alarm" as const) : ("no data" as const),
          reason: StateReason ?? "",
          since: StateUpdatedTimestamp ?? new Date(0),
        }));
    },

    usage: async (wish) => await usageOf(watch, wish, clock),

    database: async (id) => {
      try {
        const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
        const [one] = DBInstances ?? [];
        if (one === undefined) return undefined;
        const { MaxAllocatedStorage: limit, Endpoint } = one;
        return {
          status: one.DBInstanceStatus ?? "unknown",
          storageGib: one.AllocatedStorage ?? 0,
          securityGroups: (one.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []),
          ...(limit !== undefined && { storageLimitGib: limit }),
          ...(Endpoint?.Address !== undefined && { endpoint: `${Endpoint.Address}:${Endpoint.Port}` }),
        };
      } catch (error) {
        if (hasCode(error, "DBInstanceNotFoundFault", "DBInstanceNotFound")) return undefined;
        throw error;
      }
    },
  };
}

/** Pages of a search that are read at the most: an hour of a chatty service has more than anybody reads. */
const mostPages = 10;

async function linesOf(
  logs: CloudWatchLogsClient,
  { group, since, most }: { readonly group: string; readonly since: Date; readonly most: number },
): Promise<readonly string[]> {
  const found: { readonly at: number; readonly text: string }[] = [];
  let nextToken: string | undefined;
  let page = 0;
  try {
    do {
      const answer = await logs.send(
        new FilterLogEventsCommand({
          logGroupName: group,
          startTime: since.getTime(),
          ...(nextToken !== undefined && { nextToken }),
        }),
      );
      for (const { timestamp, message } of answer.events ?? []) {
        found.push({ at: timestamp ?? 0, text: (message ?? "").trimEnd() });
      }
      nextToken = answer.nextToken;
      page++;
    } while (nextToken !== undefined && page < mostPages);
  } catch (error) {
    // A group without a line yet may not exist.
    if (!hasCode(error, "ResourceNotFoundException")) throw error;
  }
  return found
    .toSorted((a, b) => a.at - b.at)
    .slice(-most)
    .map(({ at, text }) => `${new Date(at).toISOString()} ${text}`);
}

const quarterMs = 15 * 60_000;

/** Metrics by AWS's names (CloudWatch docs of ECS and RDS). */
function metricOf(wish: UsageWish) {
  switch (wish.of) {
    case "cpu":
    case "memory":
      return {
        Namespace: "AWS/ECS",
        MetricName: wish.of === "cpu" ? "CPUUtilization" : "MemoryUtilization",
        Dimensions: [
          { Name: "ClusterName", Value: wish.cluster },
          { Name: "ServiceName", Value: wish.service },
        ],
      };
    case "connections":
    case "free storage":
    case "database cpu": {
      const names = {
        connections: "DatabaseConnections",
        "free storage": "FreeStorageSpace",
        "database cpu": "CPUUtilization",
      } as const;
      return {
        Namespace: "AWS/RDS",
        MetricName: names[wish.of],
        Dimensions: [{ Name: "DBInstanceIdentifier", Value: wish.database }],
      };
    }
  }
}

async function usageOf(watch: CloudWatchClient, wish: UsageWish, clock: Clock) {
  const Metric = metricOf(wish);
  const now = clock.now().getTime();
  const query = (Id: string, Stat: string) => ({ Id, MetricStat: { Metric, Period: 60, Stat } });
  const { MetricDataResults } = await watch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - quarterMs),
      EndTime: new Date(now),
      // The peak of free storage is its least.
      MetricDataQueries: [
        query("average", "Average"),
        query("peak", wish.of === "free storage" ? "Minimum" : "Maximum"),
      ],
    }),
  );
  const values = (id: string): readonly number[] => MetricDataResults?.find(({ Id }) => Id === id)?.Values ?? [];
  const averages = values("average");
  if (averages.length === 0) return undefined;
  const peaks = values("peak");
  return {
    average: averages.reduce((sum, value) => sum + value, 0) / averages.length,
    peak: wish.of === "free storage" ? Math.min(...peaks) : Math.max(...peaks),
  };
}
