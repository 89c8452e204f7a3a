/**
 * Token buckets that AWS publishes, per account and region: how many calls may come at once (`burst`) and how many tokens
 * come back each second (`refill`). Sources: Amazon ECS API reference, "Request throttling"; "AWS Fargate throttling quotas".
 * CloudFormation and the others do not publish theirs; give a bed such buckets through a fault when a test wants them.
 */
export interface TokenBucket {
  readonly burst: number;
  readonly refill: number;
  readonly service: string;
  readonly operations: readonly string[];
}

const ecs = (burst: number, refill: number, operations: readonly string[]): TokenBucket => ({
  burst,
  refill,
  service: "ecs",
  operations,
});

export const publishedBuckets: Readonly<Record<string, TokenBucket>> = {
  "ecs:ClusterModify": ecs(20, 1, ["CreateCluster", "UpdateCluster", "DeleteCluster"]),
  "ecs:ClusterRead": ecs(50, 20, ["DescribeClusters", "ListClusters"]),
  "ecs:TaskDefinitionModify": ecs(20, 1, ["RegisterTaskDefinition", "DeregisterTaskDefinition"]),
  "ecs:TaskDefinitionRead": ecs(50, 20, [
    "DescribeTaskDefinition",
    "ListTaskDefinitions",
    "ListTaskDefinitionFamilies",
  ]),
  "ecs:TagModify": ecs(20, 10, ["TagResource", "UntagResource"]),
  "ecs:ClusterResourceModify": ecs(100, 40, ["RunTask", "StartTask", "StopTask", "ExecuteCommand"]),
  "ecs:ClusterResourceRead": ecs(100, 20, ["DescribeTasks", "ListTasks"]),
  "ecs:ServiceModify": ecs(50, 5, ["CreateService", "UpdateService", "DeleteService"]),
  "ecs:ServiceRead": ecs(100, 20, ["DescribeServices", "ListServices"]),
  "ecs:ServiceDeployment": ecs(50, 20, ["DescribeServiceDeployments", "ListServiceDeployments"]),
  "ecs:ServiceRevision": ecs(50, 20, ["DescribeServiceRevisions"]),
  "fargate:RunTask": ecs(20, 20, ["RunTask"]),
};
