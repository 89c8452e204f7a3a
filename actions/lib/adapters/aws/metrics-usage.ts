import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { Usage } from "../../domain/recommendation.ts";
import type { UsageQuestion, Utilization } from "../../ports/utilization.ts";
import { batches } from "./batches.ts";
import type { Connection } from "./cell.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/** GetMetricData takes 500 queries a call (API reference); each question is two. */
const questionsPerCall = 250;
/** One value an hour: enough to find a peak that lasted, and few enough to read two weeks in one page. */
const periodSeconds = 3600;

/** A cell's utilization. */
export function cellUtilization({ client, calls, trace }: Pick<Connection, "client" | "calls" | "trace">): Utilization {
  const cloudWatch = scheduled(trace.follow(new CloudWatchClient(scheduledSettings(client))), calls);
  return {
    usage: async (questions, { from, to }) => {
      const answers: (Usage | undefined)[] = [];
      for (const batch of batches(questions, questionsPerCall)) {
        const values = await valuesOf(cloudWatch, batch.flatMap(queriesOf), { from, to });
        for (const index of batch.keys()) answers.push(usageIn(values.get(`a${index}`), values.get(`m${index}`)));
      }
      return answers;
    },
  };
}

async function valuesOf(
  client: CloudWatchClient,
  MetricDataQueries: MetricDataQuery[],
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<ReadonlyMap<string, readonly number[]>> {
  const values = new Map<string, number[]>();
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new GetMetricDataCommand({
        ...{ MetricDataQueries, StartTime: from, EndTime: to },
        ...(NextToken !== undefined && { NextToken }),
      }),
    );
    for (const { Id = "", Values = [] } of page.MetricDataResults ?? []) {
      values.set(Id, [...(values.get(Id) ?? []), ...Values]);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return values;
}

function queriesOf(question: UsageQuestion, index: number): readonly MetricDataQuery[] {
  const Metric =
    question.of === "database"
      ? {
          Namespace: "AWS/RDS",
          MetricName: "CPUUtilization",
          Dimensions: [{ Name: "DBInstanceIdentifier", Value: question.database }],
        }
      : {
          Namespace: "AWS/ECS",
          MetricName: question.of === "cpu" ? "CPUUtilization" : "MemoryUtilization",
          Dimensions: [
            { Name: "ClusterName", Value: question.cluster },
            { Name: "ServiceName", Value: question.service },
          ],
        };
  return [
    { Id: `a${index}`, MetricStat: { Metric, Period: periodSeconds, Stat: "Average" } },
    { Id: `m${index}`, MetricStat: { Metric, Period: periodSeconds, Stat: "Maximum" } },
  ];
}

function usageIn(averages: readonly number[] = [], peaks: readonly number[] = []): Usage | undefined {
  if (averages.length === 0 || peaks.length === 0) return undefined;
  const average = averages.reduce((sum, value) => sum + value, 0) / averages.length;
  return { average, peak: Math.max(...peaks), hours: averages.length };
}
