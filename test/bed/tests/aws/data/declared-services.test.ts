import { beforeEach, describe, expect, test } from "vitest";
import { evaluateRule } from "../../../aws/services/cloudwatch/alarm-rule.ts";
import { installCloudWatch } from "../../../aws/services/cloudwatch/install.ts";
import { installEc2 } from "../../../aws/services/ec2/install.ts";
import { installIam } from "../../../aws/services/iam/install.ts";
import { installS3 } from "../../../aws/services/s3/install.ts";
import { installShowingServices } from "../../../aws/services/showing.ts";
import { installSns } from "../../../aws/services/sns/install.ts";
import { stage, template } from "../cloudformation/stage.ts";

const KEYED = {
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
};

let on: ReturnType<typeof stage>;
// biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member in the tests.
let ask: (service: string, operation: string, input?: object) => Promise<any>;

beforeEach(() => {
  on = stage();
  for (const install of [installCloudWatch, installEc2, installIam, installS3, installShowingServices, installSns])
    install(on.world);
  ask = (service, operation, input = {}) => on.world.invoke(service, operation, input, on.call);
});

const made = async (resources: Readonly<Record<string, object>>): Promise<void> => {
  const stack = await on.create("s", template(resources), { Capabilities: ["CAPABILITY_NAMED_IAM"] });
  expect(stack.StackStatus).toBe("CREATE_COMPLETE");
};

test("a table is shown with what it was declared and what it has of itself, until its stack goes", async () => {
  const Properties = { TableName: "games", BillingMode: "PAY_PER_REQUEST", ...KEYED };
  await made({ T: { Type: "AWS::DynamoDB::Table", Properties } });

  const { Table } = await ask("dynamodb", "DescribeTable", { TableName: "games" });
  expect(Table).toMatchObject({ ...KEYED, TableStatus: "ACTIVE", ItemCount: 0, DeletionProtectionEnabled: false });
  const again = await ask("dynamodb", "DescribeTable", { TableName: "games" });
  expect(again.Table.TableId).toBe(Table.TableId);

  await on.cfn("DeleteStack", { StackName: "s" });
  await on.world.clock.sleep(60_000);
  await expect(ask("dynamodb", "DescribeTable", { TableName: "games" })).rejects.toThrow(
    "Requested resource not found: Table: games not found",
  );
});

test("the shards of a stream share all keys between them", async () => {
  await made({ S: { Type: "AWS::Kinesis::Stream", Properties: { Name: "events", ShardCount: 3 } } });
  const { Shards } = await ask("kinesis", "ListShards", { StreamName: "events" });
  const ranges = Shards.map((shard: { HashKeyRange: Record<string, string> }) => shard.HashKeyRange);
  expect(ranges[0].StartingHashKey).toBe("0");
  expect(BigInt(ranges[1].StartingHashKey)).toBe(BigInt(ranges[0].EndingHashKey) + 1n);
  expect(BigInt(ranges[2].EndingHashKey)).toBe(2n ** 128n - 1n);
});

test("an API's resources are shown as the tree of paths that templates build", async () => {
  const api = { Ref: "Api" };
  await made({
    Api: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "a" } },
    Outer: {
      Type: "AWS::ApiGateway::Resource",
      Properties: { RestApiId: api, ParentId: { "Fn::GetAtt": ["Api", "RootResourceId"] }, PathPart: "outer" },
    },
    Inner: {
      Type: "AWS::ApiGateway::Resource",
      Properties: { RestApiId: api, ParentId: { Ref: "Outer" }, PathPart: "inner" },
    },
    Get: {
      Type: "AWS::ApiGateway::Method",
      Properties: { RestApiId: api, ResourceId: { Ref: "Inner" }, HttpMethod: "GET", AuthorizationType: "NONE" },
    },
  });
  const { items } = await ask("api-gateway", "GetRestApis");
  const resources = await ask("api-gateway", "GetResources", { restApiId: items[0].id });
  expect(resources.items.map((one: { path: string }) => one.path)).toEqual(["/", "/outer", "/outer/inner"]);
  expect(resources.items[2].resourceMethods).toEqual({ GET: {} });
  await expect(ask("api-gateway", "GetRestApi", { restApiId: "none" })).rejects.toThrow(
    "Invalid API identifier specified",
  );
});

test("a rule is found on its own bus and no other", async () => {
  await made({
    Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "mine" } },
    Rule: {
      Type: "AWS::Events::Rule",
      Properties: { Name: "r", EventBusName: { Ref: "Bus" }, EventPattern: { source: ["x"] } },
    },
  });
  expect(await ask("eventbridge", "DescribeRule", { Name: "r", EventBusName: "mine" })).toMatchObject({
    Arn: "arn:aws:events:eu-west-1:123456789012:rule/mine/r",
    EventPattern: '{"source":["x"]}',
    State: "ENABLED",
  });
  await expect(ask("eventbridge", "DescribeRule", { Name: "r" })).rejects.toThrow(
    "Rule r does not exist on EventBus default.",
  );
});

test("a zone lists its own records and those of templates", async () => {
  await made({
    Zone: { Type: "AWS::Route53::HostedZone", Properties: { Name: "example.com" } },
    Www: {
      Type: "AWS::Route53::RecordSet",
      Properties: {
        ...{ HostedZoneId: { Ref: "Zone" }, Name: "www.example.com", Type: "A", TTL: "60" },
        ResourceRecords: ["10.0.0.1"],
      },
    },
  });
  const { HostedZones } = await ask("route-53", "ListHostedZones");
  const { ResourceRecordSets } = await ask("route-53", "ListResourceRecordSets", { HostedZoneId: HostedZones[0].Id });
  expect(ResourceRecordSets.map((one: { Type: string }) => one.Type)).toEqual(["NS", "SOA", "A"]);
  expect(ResourceRecordSets[2]).toMatchObject({ Name: "www.example.com.", TTL: 60 });
});

test("networks made without a template are there for templates, and refuse what EC2 refuses", async () => {
  const { Vpc } = await ask("ec2", "CreateVpc", { CidrBlock: "10.0.0.0/16" });
  const { Subnet } = await ask("ec2", "CreateSubnet", { VpcId: Vpc.VpcId, CidrBlock: "10.0.0.0/24" });
  expect(Subnet.AvailableIpAddressCount).toBe(251);
  await expect(ask("ec2", "DeleteVpc", { VpcId: Vpc.VpcId })).rejects.toThrow("has dependencies");
  const { RouteTables } = await ask("ec2", "DescribeRouteTables", {
    Filters: [{ Name: "vpc-id", Values: [Vpc.VpcId] }],
  });
  expect(RouteTables).toMatchObject([{ Associations: [{ Main: true }], Routes: [{ GatewayId: "local" }] }]);
  await expect(ask("ec2", "DescribeRouteTables", { RouteTableIds: ["rtb-1"] })).rejects.toThrow(
    "The routeTable ID 'rtb-1' does not exist",
  );
});

test("a user is not deleted while something hangs on it, and CloudFormation takes away what it put there", async () => {
  await ask("iam", "CreateGroup", { GroupName: "ops" });
  await made({ U: { Type: "AWS::IAM::User", Properties: { UserName: "ann", Groups: ["ops"] } } });
  expect((await ask("iam", "GetGroup", { GroupName: "ops" })).Users).toMatchObject([{ UserName: "ann" }]);
  await expect(ask("iam", "DeleteUser", { UserName: "ann" })).rejects.toThrow("must remove referenced objects first");

  await on.cfn("DeleteStack", { StackName: "s" });
  await on.world.clock.sleep(60_000);

  await expect(ask("iam", "GetUser", { UserName: "ann" })).rejects.toThrow("cannot be found");
  expect((await ask("iam", "GetGroup", { GroupName: "ops" })).Users).toEqual([]);
});

test("a topic keeps the subscriptions of other resources when its template changes", async () => {
  const resources = (DisplayName: string) => ({
    T: { Type: "AWS::SNS::Topic", Properties: { TopicName: "t", DisplayName } },
    S: {
      Type: "AWS::SNS::Subscription",
      Properties: { TopicArn: { Ref: "T" }, Protocol: "email", Endpoint: "a@example.com" },
    },
  });
  await made(resources("1"));
  await on.update("s", template(resources("2")));
  const { Subscriptions } = await ask("sns", "ListSubscriptions");
  expect(Subscriptions).toMatchObject([{ Endpoint: "a@example.com", SubscriptionArn: "PendingConfirmation" }]);
});

test("what a template says of a bucket's notifications, origins and locks is what S3 shows", async () => {
  await made({
    B: {
      Type: "AWS::S3::Bucket",
      Properties: {
        ...{ BucketName: "files", ObjectLockEnabled: true },
        CorsConfiguration: { CorsRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"], MaxAge: "60" }] },
        NotificationConfiguration: { TopicConfigurations: [{ Event: "s3:ObjectCreated:*", Topic: "arn:t" }] },
      },
    },
  });
  const Bucket = "files";
  expect((await ask("s3", "GetBucketCors", { Bucket })).CORSRules).toMatchObject([{ MaxAgeSeconds: 60 }]);
  expect(await ask("s3", "GetBucketNotificationConfiguration", { Bucket })).toMatchObject({
    TopicConfigurations: [{ TopicArn: "arn:t", Events: ["s3:ObjectCreated:*"] }],
  });
  expect((await ask("s3", "GetBucketVersioning", { Bucket })).Status).toBe("Enabled");
  await expect(ask("s3", "GetBucketWebsite", { Bucket })).rejects.toThrow("does not have a website configuration");
});

test("a composite alarm is in the state of its rule from the start, and follows its members", async () => {
  const metric = { Namespace: "n", MetricName: "m", ComparisonOperator: "GreaterThanThreshold" };
  const alarm = { ...metric, EvaluationPeriods: 1, Threshold: 1, Period: 60, Statistic: "Average" };
  await ask("cloudwatch", "PutMetricAlarm", { AlarmName: "a", ...alarm });
  await ask("cloudwatch", "PutMetricAlarm", { AlarmName: "b", ...alarm });
  await ask("cloudwatch", "PutCompositeAlarm", { AlarmName: "both", AlarmRule: "ALARM(a) AND ALARM(b)" });
  const state = async (): Promise<string> =>
    (await ask("cloudwatch", "DescribeAlarms", { AlarmNames: ["both"], AlarmTypes: ["CompositeAlarm"] }))
      .CompositeAlarms[0].StateValue;
  expect(await state()).toBe("OK");
  for (const AlarmName of ["a", "b"])
    await ask("cloudwatch", "SetAlarmState", { AlarmName, StateValue: "ALARM", StateReason: "test" });
  expect(await state()).toBe("ALARM");
  await expect(ask("cloudwatch", "PutCompositeAlarm", { AlarmName: "x", AlarmRule: "ALARM(none)" })).rejects.toThrow(
    "alarms [none] in the alarm rule do not exist",
  );
});

describe("the rule of a composite alarm", () => {
  const states = { hot: "ALARM", cold: "OK", new: "INSUFFICIENT_DATA" } as const;
  const stateOf = (name: string) => states[name as keyof typeof states];

  test.for([
    ["ALARM(hot)", true],
    ['ALARM("cold") OR OK(cold)', true],
    ["NOT ALARM(hot) OR ALARM(hot)", true],
    ["ALARM(cold) AND ALARM(cold) OR TRUE", true],
    ["TRUE OR FALSE AND FALSE", true],
    ["(TRUE OR TRUE) AND FALSE", false],
    ["not insufficient_data(new)", false],
  ] as const)("%s comes to %s", ([rule, holds]) => {
    expect(evaluateRule(rule, stateOf).holds).toBe(holds);
  });

  test.for(["", "ALARM(hot", "ALARM(hot) ALARM(cold)", "MAYBE(hot)"])("%j is no rule", (rule) => {
    expect(() => evaluateRule(rule, stateOf)).toThrow("AlarmRule must be a valid expression");
  });
});
