import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from "@aws-sdk/client-application-auto-scaling";
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeServicesCommand, ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeReplicationGroupsCommand, ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { TEMPLATE } from "./hospital-template.ts";

let bed: AwsBed;
let client: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };
let outputs: Readonly<Record<string, string>>;

beforeAll(async () => {
  bed = await startAwsBed({ speed: 3_000 });
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = bed.environment;
  client = { region: "us-east-1", endpoint: bed.url, credentials: { accessKeyId, secretAccessKey } };
  const cloudFormation = new CloudFormationClient(client);
  await cloudFormation.send(
    new CreateStackCommand({ StackName: "mate-st-marys", TemplateBody: JSON.stringify(TEMPLATE) }),
  );
  const stack = await settled(cloudFormation);
  if (stack?.StackStatus !== "CREATE_COMPLETE") throw new Error(await failures(cloudFormation));
  outputs = Object.fromEntries(
    (stack.Outputs ?? []).map((output) => [output.OutputKey ?? "", output.OutputValue ?? ""]),
  );
});
afterAll(() => bed.stop());

async function settled(cloudFormation: CloudFormationClient): Promise<Stack | undefined> {
  for (;;) {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: "mate-st-marys" }));
    if (!Stacks?.[0]?.StackStatus?.endsWith("_IN_PROGRESS")) return Stacks?.[0];
    await bed.world.clock.sleep(60_000);
  }
}

async function failures(cloudFormation: CloudFormationClient): Promise<string> {
  const { StackEvents = [] } = await cloudFormation.send(
    new DescribeStackEventsCommand({ StackName: "mate-st-marys" }),
  );
  return StackEvents.filter((event) => event.ResourceStatus?.endsWith("_FAILED"))
    .map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`)
    .join("\n");
}

test("what the stack made is what the services show, to the stock clients", async () => {
  const { services } = await new ECSClient(client).send(
    new DescribeServicesCommand({ cluster: "mate", services: [outputs.Service ?? ""], include: ["TAGS"] }),
  );
  expect(services?.[0]).toMatchObject({
    status: "ACTIVE",
    desiredCount: 3,
    deployments: [{ rolloutState: "COMPLETED" }],
  });
  expect(services?.[0]?.tags).toContainEqual({ key: "aws:cloudformation:logical-id", value: "Service" });
  const { ScalableTargets } = await new ApplicationAutoScalingClient(client).send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }),
  );
  expect(ScalableTargets?.[0]).toMatchObject({
    MinCapacity: 3,
    MaxCapacity: 6,
    ResourceId: `service/mate/${outputs.Service}`,
  });
  const { DBInstances } = await new RDSClient(client).send(
    new DescribeDBInstancesCommand({ DBInstanceIdentifier: "st-marys" }),
  );
  expect(DBInstances?.[0]).toMatchObject({
    DBInstanceStatus: "available",
    AllocatedStorage: 50,
    Endpoint: { Address: outputs.Database, Port: 5432 },
    MasterUserSecret: { SecretArn: outputs.Secret },
  });
  const { ReplicationGroups } = await new ElastiCacheClient(client).send(new DescribeReplicationGroupsCommand({}));
  expect(ReplicationGroups?.[0]).toMatchObject({
    Status: "available",
    NodeGroups: [{ PrimaryEndpoint: { Address: outputs.Cache } }],
  });
  const { MetricAlarms } = await new CloudWatchClient(client).send(
    new DescribeAlarmsCommand({ AlarmNames: ["errors"] }),
  );
  expect(MetricAlarms?.[0]).toMatchObject({ AlarmName: "errors", Threshold: 1, StateValue: "INSUFFICIENT_DATA" });
  const dashboard = await new CloudWatchClient(client).send(new GetDashboardCommand({ DashboardName: "st-marys" }));
  expect(dashboard.DashboardBody).toBe('{"widgets":[]}');
  expect(outputs.Address).toMatch(/\.us-east-1\.elb\.amazonaws\.com$/);
});

test("the tasks of the service are healthy targets", async () => {
  const { taskArns } = await new ECSClient(client).send(new ListTasksCommand({ cluster: "mate" }));
  expect(taskArns).toHaveLength(3);
  const balancing = new ElasticLoadBalancingV2Client(client);
  const states = async (): Promise<readonly (string | undefined)[] | undefined> => {
    const found = await balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn: outputs.Targets }));
    return found.TargetHealthDescriptions?.map((one) => one.TargetHealth?.State);
  };
  while ((await states())?.includes("initial")) await bed.world.clock.sleep(10_000);
  expect(await states()).toEqual(["healthy", "healthy", "healthy"]);
});

test("deleting the stack removes all of it and leaves a snapshot of the database", async () => {
  const cloudFormation = new CloudFormationClient(client);
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: "mate-st-marys" }));
  const StackName = Stacks?.[0]?.StackId;
  await cloudFormation.send(new DeleteStackCommand({ StackName }));
  for (;;) {
    const now = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    if (now.Stacks?.[0]?.StackStatus !== "DELETE_IN_PROGRESS") {
      expect(now.Stacks?.[0]?.StackStatus, await failures(cloudFormation).catch(() => "")).toBe("DELETE_COMPLETE");
      break;
    }
    await bed.world.clock.sleep(60_000);
  }

  const call = {
    requestId: "r",
    caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/engineer", tags: {} },
  };
  const { DBSnapshots } = await bed.world.invoke<{
    DBSnapshots: { SnapshotType: string; DBInstanceIdentifier: string }[];
  }>("rds", "DescribeDBSnapshots", {}, call);
  expect(DBSnapshots).toMatchObject([{ SnapshotType: "manual", DBInstanceIdentifier: "st-marys" }]);
  const { DBInstances } = await new RDSClient(client).send(new DescribeDBInstancesCommand({}));
  expect(DBInstances).toEqual([]);
  const { clusters } = await bed.world.invoke<{ clusters: { status: string }[] }>(
    "ecs",
    "DescribeClusters",
    { clusters: ["mate"] },
    call,
  );
  expect(clusters[0]?.status).toBe("INACTIVE");
});
