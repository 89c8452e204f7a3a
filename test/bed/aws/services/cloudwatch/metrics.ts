/** Metrics: what was put in, and what statistics come out. */
import { createHash } from "node:crypto";
import type {
  Datapoint,
  Dimension,
  GetMetricDataInput,
  GetMetricStatisticsInput,
  ListMetricsInput,
  MetricDataResult,
  PutMetricDataInput,
} from "@aws-sdk/client-cloudwatch";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";

interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly points: { readonly at: number; readonly values: readonly number[] }[];
}

function seriesOf(world: World, call: Call): Map<string, Series> {
  return world.store("cloudwatch-metrics", call.caller, () => new Map<string, Series>());
}

/** Adds a value to a metric, as the services of AWS do for their own. */
export function putValue(
  world: World,
  call: Call,
  metric: {
    readonly namespace: string;
    readonly name: string;
    readonly dimensions: readonly Dimension[];
    readonly at: number;
    readonly values: readonly number[];
  },
): void {
  const { namespace, name, dimensions, at, values } = metric;
  const key = keyOf(namespace, name, dimensions);
  const all = seriesOf(world, call);
  const series = all.get(key) ?? { namespace, name, dimensions, points: [] };
  series.points.push({ at, values });
  all.set(key, series);
}

/** Metric operations by name. */
export function metricOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    PutMetricData: (input: PutMetricDataInput, call) => {
      const { Namespace: namespace = "", MetricData = [] } = input;
      if (namespace.startsWith("AWS/")) {
        throw new AwsError("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid.");
      }
      for (const datum of MetricData) {
        const single =
          datum.Value ??
          (datum.StatisticValues === undefined
            ? undefined
            : (datum.StatisticValues.Sum ?? 0) / (datum.StatisticValues.SampleCount || 1));
        const values = datum.Values ?? (single === undefined ? [] : [single]);
        const at = datum.Timestamp?.getTime() ?? world.clock.now();
        putValue(world, call, {
          namespace,
          name: datum.MetricName ?? "",
          dimensions: datum.Dimensions ?? [],
          at,
          values,
        });
      }
      return {};
    },
    GetMetricStatistics: (input: GetMetricStatisticsInput, call) => {
      const series = seriesOf(world, call).get(
        keyOf(input.Namespace ?? "", input.MetricName ?? "", input.Dimensions ?? []),
      );
      const between = {
        from: input.StartTime?.getTime() ?? 0,
        to: input.EndTime?.getTime() ?? world.clock.now(),
        period: (input.Period ?? 60) * 1000,
      };
      return {
        Label: input.MetricName,
        Datapoints: buckets(series, between).map(([at, values]) => datapoint(at, values, input)),
      };
    },
    GetMetricData: (input: GetMetricDataInput, call) => ({
      MetricDataResults: (input.MetricDataQueries ?? []).map((query): MetricDataResult => {
        if (query.MetricStat === undefined) {
          throw new AwsError("ValidationError", `The bed has no metric math; query ${query.Id} needs a MetricStat.`);
        }
        const { Metric, Period = 60, Stat = "Average" } = query.MetricStat;
        const series = seriesOf(world, call).get(
          keyOf(Metric?.Namespace ?? "", Metric?.MetricName ?? "", Metric?.Dimensions ?? []),
        );
        const between = {
          from: input.StartTime?.getTime() ?? 0,
          to: input.EndTime?.getTime() ?? world.clock.now(),
          period: Period * 1000,
        };
        const found = buckets(series, between);
        if (input.ScanBy !== "TimestampAscending") found.reverse();
        return {
          Id: query.Id,
          Label: query.Label ?? Metric?.MetricName,
          Timestamps: found.map(([at]) => new Date(at)),
          Values: found.map(([, values]) => statistic(values, Stat)),
          StatusCode: "Complete",
        };
      }),
    }),
    ListMetrics: (input: ListMetricsInput, call) => ({
      Metrics: [...seriesOf(world, call).values()]
        .filter((series) => input.Namespace === undefined || series.namespace === input.Namespace)
        .filter((series) => input.MetricName === undefined || series.name === input.MetricName)
        .map((series) => ({ Namespace: series.namespace, MetricName: series.name, Dimensions: series.dimensions })),
    }),
  };
}

function keyOf(namespace: string, name: string, dimensions: readonly Dimension[]): string {
  const sorted = dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort();
  return createHash("sha256")
    .update([namespace, name, ...sorted].join("\n"))
    .digest("hex");
}

function buckets(
  series: Series | undefined,
  { from, to, period }: { readonly from: number; readonly to: number; readonly period: number },
): [number, number[]][] {
  const found = new Map<number, number[]>();
  for (const point of series?.points ?? []) {
    if (point.at < from || point.at >= to) continue;
    const at = Math.floor(point.at / period) * period;
    found.set(at, [...(found.get(at) ?? []), ...point.values]);
  }
  return [...found].sort(([a], [b]) => a - b);
}

function datapoint(at: number, values: readonly number[], { Statistics = [] }: GetMetricStatisticsInput): Datapoint {
  return { Timestamp: new Date(at), ...Object.fromEntries(Statistics.map((name) => [name, statistic(values, name)])) };
}

function statistic(values: readonly number[], name: string): number {
  const sum = values.reduce((all, value) => all + value, 0);
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(name)?.[1];
  if (percentile !== undefined) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * Number(percentile)) / 100) - 1)] ?? 0;
  }
  switch (name) {
    case "Average":
      return sum / values.length;
    case "Sum":
      return sum;
    case "SampleCount":
      return values.length;
    case "Minimum":
      return Math.min(...values);
    case "Maximum":
      return Math.max(...values);
    default:
      throw new AwsError("InvalidParameterValue", `The value ${name} for parameter Stat is not supported.`);
  }
}
