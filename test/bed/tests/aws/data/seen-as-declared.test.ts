/** What services show of resources that live in templates only, and what Fn::GetAtt gives of them. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ACCOUNT, attribute, ref, resource, startAccount } from "./account.ts";

let on: Awaited<ReturnType<typeof startAccount>>;
beforeEach(async () => {
  on = await startAccount();
});
afterEach(() => on.stop());

const keyed = {
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  ...{ BillingMode: "PAY_PER_REQUEST", StreamSpecification: { StreamViewType: "KEYS_ONLY" } },
};

test("a table's stream, a domain's endpoint, a destination and a state machine's revision are what their services show", async () => {
  const resources = (definition: string) => ({
    Table: resource("DynamoDB::Table", keyed),
    Domain: resource("OpenSearchService::Domain", { DomainName: "letters" }),
    Connection: resource("Events::Connection", {
      ...{ Name: "c", AuthorizationType: "API_KEY" },
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "k", ApiKeyValue: "v" } },
    }),
    Destination: resource("Events::ApiDestination", {
      ...{ Name: "d", ConnectionArn: attribute("Connection", "Arn"), HttpMethod: "GET" },
      InvocationEndpoint: "https://example.com",
    }),
    Machine: resource("StepFunctions::StateMachine", {
      ...{ RoleArn: `arn:aws:iam::${ACCOUNT}:role/r`, DefinitionString: definition },
    }),
  });
  const outputs = {
    Stream: attribute("Table", "StreamArn"),
    Endpoint: attribute("Domain", "DomainEndpoint"),
    DomainId: attribute("Domain", "Id"),
    Connection: attribute("Connection", "Arn"),
    Destination: attribute("Destination", "Arn"),
    Plain: attribute("Destination", "ArnForPolicy"),
    Revision: attribute("Machine", "StateMachineRevisionId"),
  };
  const first = await on.create(resources("{}"), outputs);
  const { Table } = await on.ask("dynamodb", "DescribeTable", { TableName: first.ids.Table });
  const { DomainStatus } = await on.ask("opensearch", "DescribeDomain", { DomainName: "letters" });
  expect(first.outputs).toEqual({
    ...{ Stream: Table.LatestStreamArn, Endpoint: DomainStatus.Endpoint, DomainId: `${ACCOUNT}/letters` },
    Connection: (await on.ask("eventbridge", "DescribeConnection", { Name: "c" })).ConnectionArn,
    Destination: (await on.ask("eventbridge", "DescribeApiDestination", { Name: "d" })).ApiDestinationArn,
    ...{ Plain: `arn:aws:events:us-east-1:${ACCOUNT}:api-destination/d`, Revision: "INITIAL" },
  });
  expect(first.outputs.Connection).toMatch(/:connection\/c\/[0-9a-f-]{36}$/);

  const second = await on.update(resources('{"Comment":"2"}'), outputs);
  const { revisionId } = await on.ask("sfn", "DescribeStateMachine", { stateMachineArn: first.ids.Machine });
  expect(second.outputs).toEqual({ ...first.outputs, Revision: revisionId });
});

test("states and owners are those of AWS, and ids and ARNs have the form of their type", async () => {
  const { ids, outputs } = await on.create(
    {
      Group: resource("Scheduler::ScheduleGroup"),
      Stream: resource("Kinesis::Stream", { Name: "n", ShardCount: 1 }),
      Consumer: resource("Kinesis::StreamConsumer", { ConsumerName: "c", StreamARN: attribute("Stream", "Arn") }),
      Activity: resource("StepFunctions::Activity", { Name: "wait" }),
      Bus: resource("Events::EventBus", { Name: "bus" }),
      Rule: resource("Events::Rule", { Name: "r", EventBusName: ref("Bus"), EventPattern: { source: ["x"] } }),
      Cluster: resource("Redshift::Cluster", {
        ...{ ClusterType: "single-node", DBName: "d", MasterUsername: "u", NodeType: "ra3.large" },
        MasterUserPassword: "Passw0rd1",
      }),
    },
    {
      Group: attribute("Group", "State"),
      Consumer: attribute("Consumer", "ConsumerStatus"),
      Port: attribute("Cluster", "Endpoint.Port"),
      Rule: attribute("Rule", "RuleName"),
    },
  );
  expect(outputs).toEqual({ Group: "ACTIVE", Consumer: "ACTIVE", Port: "5439", Rule: "r" });
  expect(ids.Consumer).toMatch(new RegExp(`^arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/n/consumer/c:\\d{10}$`));
  expect(ids.Activity).toBe(`arn:aws:states:us-east-1:${ACCOUNT}:activity:wait`);
});

test("a global table shows what its template says of this region, and its replicas elsewhere", async () => {
  const recovery = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 };
  const { ids } = await on.create({
    Table: resource("DynamoDB::GlobalTable", {
      ...keyed,
      Replicas: [
        { Region: "us-east-1", DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: recovery },
        { Region: "eu-west-1" },
      ],
    }),
  });
  const TableName = ids.Table;
  const { Table } = await on.ask("dynamodb", "DescribeTable", { TableName });
  expect(Table).toMatchObject({
    ...{ DeletionProtectionEnabled: true, Replicas: [{ RegionName: "eu-west-1", ReplicaStatus: "ACTIVE" }] },
    GlobalTableVersion: "2019.11.21",
  });
  const { ContinuousBackupsDescription } = await on.ask("dynamodb", "DescribeContinuousBackups", { TableName });
  expect(ContinuousBackupsDescription.PointInTimeRecoveryDescription).toMatchObject({
    ...{ PointInTimeRecoveryStatus: "ENABLED", RecoveryPeriodInDays: 7 },
  });
});

test("an API that is imported has the paths and methods of its document", async () => {
  const get = {
    responses: { "200": { description: "ok" } },
    "x-amazon-apigateway-integration": { type: "mock", responses: { default: { statusCode: "200" } } },
  };
  const { ids } = await on.create({
    Api: resource("ApiGateway::RestApi", {
      Body: { openapi: "3.0.1", info: { title: "letters", version: "1" }, paths: { "/letters/{id}": { get } } },
    }),
  });
  const restApiId = ids.Api;
  const { items } = await on.ask("api-gateway", "GetResources", { restApiId });
  expect(items.map((one: Record<string, unknown>) => [one.path, one.resourceMethods])).toEqual([
    ["/", undefined],
    ["/letters", undefined],
    ["/letters/{id}", { GET: {} }],
  ]);
  expect(items[2].parentId).toBe(items[1].id);
  const method = { restApiId, resourceId: items[2].id, httpMethod: "GET" };
  expect(await on.ask("api-gateway", "GetMethod", method)).toMatchObject({
    ...{ authorizationType: "NONE", methodResponses: { 200: { statusCode: "200" } } },
    methodIntegration: { type: "MOCK", integrationResponses: { 200: { statusCode: "200" } } },
  });
});

test("a domain shows which API answers below which of its paths", async () => {
  await on.create({
    Api: resource("ApiGateway::RestApi", { Name: "a" }),
    Domain: resource("ApiGateway::DomainName", {
      ...{ DomainName: "api.example.com", RegionalCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/c" },
      EndpointConfiguration: { Types: ["REGIONAL"] },
    }),
    All: resource("ApiGateway::BasePathMapping", { DomainName: ref("Domain"), RestApiId: ref("Api") }),
  });
  const domainName = "api.example.com";
  expect(await on.ask("api-gateway", "GetDomainName", { domainName })).toMatchObject({
    regionalDomainName: expect.stringMatching(/^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/),
  });
  expect((await on.ask("api-gateway", "GetBasePathMappings", { domainName })).items).toMatchObject([
    { basePath: "(none)" },
  ]);
  await on.remove();
  expect(await on.refusal("api-gateway", "GetDomainName", { domainName })).toBe(
    "NotFoundException: Invalid domain name identifier specified",
  );
});

test("a secret is told where its database is, and shows how it is rotated while something asks for it", async () => {
  const resources = {
    Database: resource("RDS::DBInstance", {
      ...{ DBInstanceIdentifier: "db", Engine: "postgres", DBInstanceClass: "db.t3.micro", AllocatedStorage: "20" },
      ...{ DBName: "letters", MasterUsername: "admin1", MasterUserPassword: "Passw0rd1" },
    }),
    Secret: resource("SecretsManager::Secret", {
      GenerateSecretString: { SecretStringTemplate: '{"username":"admin1"}', GenerateStringKey: "password" },
    }),
    Attachment: resource("SecretsManager::SecretTargetAttachment", {
      ...{ SecretId: ref("Secret"), TargetId: ref("Database"), TargetType: "AWS::RDS::DBInstance" },
    }),
  };
  const rotation = resource("SecretsManager::RotationSchedule", {
    ...{ SecretId: ref("Attachment"), RotationLambdaARN: "arn:aws:lambda:us-east-1:123456789012:function:f" },
    RotationRules: { AutomaticallyAfterDays: 30 },
  });
  const { ids } = await on.create({ ...resources, Rotation: rotation });
  expect(ids.Attachment).toBe(ids.Secret);
  expect(ids.Rotation).toBe(ids.Secret);
  const SecretId = ids.Secret;
  const { SecretString } = await on.ask("secrets-manager", "GetSecretValue", { SecretId });
  expect(JSON.parse(SecretString)).toMatchObject({
    ...{ username: "admin1", password: expect.any(String), engine: "postgres", dbname: "letters" },
    ...{ dbInstanceIdentifier: "db", host: expect.stringContaining("db."), port: 5432 },
  });
  const shown = () => on.ask("secrets-manager", "DescribeSecret", { SecretId });
  expect(await shown()).toMatchObject({ RotationEnabled: true, RotationRules: { AutomaticallyAfterDays: 30 } });
  await on.update(resources);
  expect(await shown()).not.toHaveProperty("RotationEnabled");
});

test("documents, windows with their targets and baselines are shown until their stack goes", async () => {
  const { ids } = await on.create({
    Document: resource("SSM::Document", { Name: "doc", Content: { schemaVersion: "2.2" } }),
    Window: resource("SSM::MaintenanceWindow", {
      ...{ Name: "night", AllowUnassociatedTargets: true, Cutoff: 1, Duration: 2, Schedule: "rate(1 day)" },
    }),
    Target: resource("SSM::MaintenanceWindowTarget", {
      ...{ WindowId: ref("Window"), ResourceType: "INSTANCE", Targets: [{ Key: "tag:a", Values: ["b"] }] },
    }),
    Baseline: resource("SSM::PatchBaseline", { Name: "base" }),
  });
  const WindowId = ids.Window;
  expect(JSON.parse((await on.ask("ssm", "GetDocument", { Name: "doc" })).Content)).toEqual({ schemaVersion: "2.2" });
  expect(await on.ask("ssm", "GetMaintenanceWindow", { WindowId })).toMatchObject({ Name: "night", Enabled: true });
  expect((await on.ask("ssm", "DescribeMaintenanceWindowTargets", { WindowId })).Targets).toMatchObject([
    { WindowTargetId: ids.Target, WindowId },
  ]);
  expect(ids.Target).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  const { OperatingSystem } = await on.ask("ssm", "GetPatchBaseline", { BaselineId: ids.Baseline });
  expect(OperatingSystem).toBe("WINDOWS");
  await on.remove();
  expect(await on.refusal("ssm", "GetDocument", { Name: "doc" })).toBe(
    "InvalidDocument: Document with name doc does not exist.",
  );
});

test("what a bucket's template leaves out of public access is open, and a key in a plan is named after both", async () => {
  const { ids } = await on.create({
    Bucket: resource("S3::Bucket", { PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
    Plan: resource("ApiGateway::UsagePlan"),
    Key: resource("ApiGateway::ApiKey"),
    Both: resource("ApiGateway::UsagePlanKey", { KeyId: ref("Key"), KeyType: "API_KEY", UsagePlanId: ref("Plan") }),
  });
  const { PublicAccessBlockConfiguration } = await on.ask("s3", "GetPublicAccessBlock", { Bucket: ids.Bucket });
  expect(PublicAccessBlockConfiguration).toEqual({
    ...{ BlockPublicAcls: true, BlockPublicPolicy: false, IgnorePublicAcls: false, RestrictPublicBuckets: false },
  });
  expect(ids.Both).toBe(`${ids.Key}:${ids.Plan}`);
});

test("an alarm's tags change with its template", async () => {
  const alarm = (Value: string) => ({
    Alarm: resource("CloudWatch::Alarm", {
      ...{ AlarmName: "a", ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 1, Threshold: 1 },
      ...{ MetricName: "m", Namespace: "n", Period: 60, Statistic: "Sum", Tags: [{ Key: "kind", Value }] },
    }),
  });
  await on.create(alarm("old"));
  await on.update(alarm("new"));
  const ResourceARN = `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:a`;
  const { Tags } = await on.ask("cloudwatch", "ListTagsForResource", { ResourceARN });
  expect(Tags).toContainEqual({ Key: "kind", Value: "new" });
});

test("a bucket shows all conditions of its rules, joined where there are several", async () => {
  const rule = { Status: "Enabled" };
  const { ids } = await on.create({
    Bucket: resource("S3::Bucket", {
      LifecycleConfiguration: {
        Rules: [
          { ...rule, Id: "old", Prefix: "a/", TagFilters: [{ Key: "k", Value: "v" }], ExpirationInDays: "7" },
          { ...rule, Id: "big", ObjectSizeGreaterThan: "10", ExpiredObjectDeleteMarker: true },
          { ...rule, Id: "cold", Transition: { StorageClass: "GLACIER", TransitionInDays: 1 } },
        ],
      },
    }),
  });
  const { Rules } = await on.ask("s3", "GetBucketLifecycleConfiguration", { Bucket: ids.Bucket });
  expect(Rules).toMatchObject([
    { Filter: { And: { Prefix: "a/", Tags: [{ Key: "k", Value: "v" }] } }, Expiration: { Days: 7 } },
    { Filter: { ObjectSizeGreaterThan: 10 }, Expiration: { ExpiredObjectDeleteMarker: true } },
    { Filter: { Prefix: "" }, Transitions: [{ Days: 1, StorageClass: "GLACIER" }] },
  ]);
});

test("a log group's filters are found by the beginning of their name and keep their age, and queries are shown", async () => {
  const filter = (MetricValue: string) => ({
    Group: resource("Logs::LogGroup", { LogGroupName: "g" }),
    Filter: resource("Logs::MetricFilter", {
      ...{ LogGroupName: ref("Group"), FilterName: "errors", FilterPattern: "ERROR" },
      MetricTransformations: [{ MetricName: "m", MetricNamespace: "n", MetricValue }],
    }),
    Query: resource("Logs::QueryDefinition", { Name: "mine", QueryString: "fields @message" }),
  });
  const found = async (filterNamePrefix: string) =>
    (await on.ask("cloudwatch-logs", "DescribeMetricFilters", { logGroupName: "g", filterNamePrefix })).metricFilters;
  const { ids } = await on.create(filter("1"));
  const [before] = await found("err");
  expect(await found("other")).toEqual([]);
  await on.update(filter("2"));
  const metricTransformations = [{ ...before.metricTransformations[0], metricValue: "2" }];
  expect(await found("err")).toEqual([{ ...before, metricTransformations }]);
  const { queryDefinitions } = await on.ask("cloudwatch-logs", "DescribeQueryDefinitions");
  expect(queryDefinitions).toMatchObject([{ queryDefinitionId: ids.Query, name: "mine" }]);
});
