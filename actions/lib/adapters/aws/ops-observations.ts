/** What load balancers, alarms, metrics and databases say, in our words. */

import type { Clock } from "../../ports/clock.ts";
import type { Alarm, DatabaseState, Target, Usage, UsageWish } from "../../ports/metrics.ts";
import { hasCode } from "./client.ts";
import { type Answer, items, type QueryCall, textOf, within } from "./ops-query.ts";

type Query = (call: QueryCall) => Promise<Answer>;

/** Targets of a load balancer. */
export async function targetsOf(query: Query, targetGroup: string): Promise<readonly Target[]> {
  const answer = await query({
    service: "elasticloadbalancing",
    action: "DescribeTargetHealth",
    parameters: { TargetGroupArn: targetGroup },
  });
  return items(answer, "TargetHealthDescriptions").map((one) => {
    const [target, health] = [within(one, "Target"), within(one, "TargetHealth")];
    const reason = [textOf(health, "Reason"), textOf(health, "Description")].filter((text) => text !== undefined);
    return {
      id: `${textOf(target, "Id") ?? "?"}:${textOf(target, "Port") ?? "?"}`,
      state: textOf(health, "State") ?? "unknown",
      ...(reason.length > 0 && { reason: reason.join(": ") }),
    };
  });
}

/** Alarms that are not in order. */
export async function alarmsOf(query: Query, prefix: string): Promise<readonly Alarm[]> {
  const parameters = { AlarmNamePrefix: prefix, MaxRecords: "100" };
  const answer = await query({ service: "monitoring", action: "DescribeAlarms", parameters });
  return items(answer, "MetricAlarms")
    .filter((one) => textOf(one, "StateValue") !== "OK")
    .map((one) => ({
      name: textOf(one, "AlarmName") ?? "",
      state: textOf(one, "StateValue") === "ALARM" ? "alarm" : "no data",
      reason: textOf(one, "StateReason") ?? "",
      since: new Date(textOf(one, "StateUpdatedTimestamp") ?? 0),
    }));
}

/** A database instance. */
export async function databaseOf(query: Query, id: string): Promise<DatabaseState | undefined> {
  try {
    const parameters = { DBInstanceIdentifier: id };
    const answer = await query({ service: "rds", action: "DescribeDBInstances", parameters });
    const [one] = items(answer, "DBInstances", "DBInstance");
    if (one === undefined) return undefined;
    const limit = textOf(one, "MaxAllocatedStorage");
    const endpoint = within(one, "Endpoint");
    const host = textOf(endpoint, "Address");
    return {
      status: textOf(one, "DBInstanceStatus") ?? "unknown",
      storageGib: Number(textOf(one, "AllocatedStorage") ?? 0),
      securityGroups: items(one, "VpcSecurityGroups", "VpcSecurityGroupMembership").flatMap(
        (group) => textOf(group, "VpcSecurityGroupId") ?? [],
      ),
      ...(limit !== undefined && { storageLimitGib: Number(limit) }),
      ...(host !== undefined && { endpoint: `${host}:${textOf(endpoint, "Port") ?? ""}` }),
    };
  } catch (error) {
    if (hasCode(error, "DBInstanceNotFound", "DBInstanceNotFoundFault")) return undefined;
    throw error;
  }
}

const quarterMs = 15 * 60_000;

/** Average and peak of the last quarter of an hour. */
export async function usageOf(query: Query, wish: UsageWish, clock: Clock): Promise<Usage | undefined> {
  const now = clock.now().getTime();
  const { namespace, metric, dimensions } = metricOf(wish);
  // The peak of free storage is its least.
  const peak = wish.of === "free storage" ? "Minimum" : "Maximum";
  const ofQuery = (index: number, id: string, statistic: string): readonly (readonly [string, string])[] => {
    const stem = `MetricDataQueries.member.${index}`;
    return [
      [`${stem}.Id`, id],
      [`${stem}.MetricStat.Period`, "60"],
      [`${stem}.MetricStat.Stat`, statistic],
      [`${stem}.MetricStat.Metric.Namespace`, namespace],
      [`${stem}.MetricStat.Metric.MetricName`, metric],
      ...dimensions.flatMap(([name, value], at): readonly (readonly [string, string])[] => [
        [`${stem}.MetricStat.Metric.Dimensions.member.${at + 1}.Name`, name],
        [`${stem}.MetricStat.Metric.Dimensions.member.${at + 1}.Value`, value],
      ]),
    ];
  };
  const answer = await query({
    service: "monitoring",
    action: "GetMetricData",
    parameters: {
      StartTime: new Date(now - quarterMs).toISOString(),
      EndTime: new Date(now).toISOString(),
      ...Object.fromEntries([...ofQuery(1, "average", "Average"), ...ofQuery(2, "peak", peak)]),
    },
  });
  const values = (id: string): readonly number[] => {
    const found = items(answer, "MetricDataResults").find((one) => textOf(one, "Id") === id);
    return found === undefined ? [] : items(found, "Values").map((one) => Number(one[""]));
  };
  const averages = values("average");
  if (averages.length === 0) return undefined;
  const peaks = values("peak");
  return {
    average: averages.reduce((sum, value) => sum + value, 0) / averages.length,
    peak: wish.of === "free storage" ? Math.min(...peaks) : Math.max(...peaks),
  };
}

/** Metrics by AWS's names (CloudWatch docs of ECS and RDS). */
function metricOf(wish: UsageWish): {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: readonly (readonly [string, string])[];
} {
  switch (wish.of) {
    case "cpu":
    case "memory":
      return {
        namespace: "AWS/ECS",
        metric: wish.of === "cpu" ? "CPUUtilization" : "MemoryUtilization",
        dimensions: [
          ["ClusterName", wish.cluster],
          ["ServiceName", wish.service],
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
      return { namespace: "AWS/RDS", metric: names[wish.of], dimensions: [["DBInstanceIdentifier", wish.database]] };
    }
  }
}
