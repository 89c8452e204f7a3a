/**
 * What AWS lets one account do in one region, as data. Token buckets: Amazon ECS API reference, "Request throttling"; AWS Fargate
 * developer guide, "AWS Fargate throttling quotas"; Amazon CloudWatch Logs quotas. Batch sizes: the members' constraints in the API
 * references. As of November 2026.
 */

/** Calls that may come at once, and calls a second in the long run. */
export interface ApiRate {
  readonly burst: number;
  readonly perSecond: number;
}

export interface ApiBucket extends ApiRate {
  /** Name people read when calls wait for it. */
  readonly name: string;
  /** The SDK's name of the service, lower case: `ecs`. */
  readonly service: string;
  readonly operations: readonly string[];
  /** AWS publishes no rate; this one is a careful beginning that adapts. */
  readonly assumed?: true;
}

function ecs(
  name: string,
  rate: readonly [burst: number, perSecond: number],
  operations: readonly string[],
): ApiBucket {
  return { name, service: "ecs", burst: rate[0], perSecond: rate[1], operations };
}

/** Every bucket that calls of ours draw from. A call that stands in two of them takes from both. */
export const apiBuckets: readonly ApiBucket[] = [
  ecs("task definition changes", [20, 1], ["RegisterTaskDefinition", "DeregisterTaskDefinition"]),
  ecs(
    "task definition reads",
    [50, 20],
    ["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"],
  ),
  ecs("task changes", [100, 40], ["RunTask", "StartTask", "StopTask", "ExecuteCommand"]),
  ecs("task reads", [100, 20], ["DescribeTasks", "ListTasks"]),
  ecs("service changes", [50, 5], ["CreateService", "UpdateService", "DeleteService"]),
  ecs("service reads", [100, 20], ["DescribeServices", "ListServices"]),
  // The bucket of StopServiceDeployment is not published; it is counted where its siblings are.
  ecs(
    "service deployments",
    [50, 20],
    ["DescribeServiceDeployments", "ListServiceDeployments", "StopServiceDeployment"],
  ),
  ecs("service revisions", [50, 20], ["DescribeServiceRevisions"]),
  ecs("tag changes", [20, 10], ["TagResource", "UntagResource"]),
  ecs("Fargate task starts", [20, 20], ["RunTask"]),
  { name: "log reads", service: "cloudwatch logs", burst: 25, perSecond: 25, operations: ["GetLogEvents"] },
  {
    name: "scaling reads",
    service: "application auto scaling",
    burst: 20,
    perSecond: 10,
    operations: ["DescribeScalableTargets", "DescribeScalingPolicies"],
    assumed: true,
  },
  {
    name: "scaling changes",
    service: "application auto scaling",
    burst: 20,
    perSecond: 5,
    operations: ["RegisterScalableTarget", "DeregisterScalableTarget", "PutScalingPolicy"],
    assumed: true,
  },
  {
    name: "target health reads",
    service: "elastic load balancing v2",
    burst: 20,
    perSecond: 10,
    operations: ["DescribeTargetHealth"],
    assumed: true,
  },
];

/** Most things one call can ask about. */
export const batchSizes = {
  DescribeServices: 10,
  DescribeServiceDeployments: 20,
  DescribeServiceRevisions: 20,
  DescribeTasks: 100,
  DescribeScalableTargets: 50,
} as const;

/** Tasks a cluster may have in PROVISIONING at a time; it cannot be raised (Amazon ECS service quotas). */
export const provisioningTasksPerCluster = 300;

/** The buckets an operation draws from; none if nothing is known to limit it. */
export function bucketsOf(service: string, operation: string): readonly ApiBucket[] {
  return apiBuckets.filter((bucket) => bucket.service === service && bucket.operations.includes(operation));
}

/**
 * Seconds that so many calls take at the least, when a bucket is full at the beginning.
 *
 * @param share of the published rate that may be used, from 0 to 1
 */
export function leastSeconds(calls: number, rate: ApiRate, share = 1): number {
  return Math.max(0, (calls - rate.burst * share) / (rate.perSecond * share));
}
