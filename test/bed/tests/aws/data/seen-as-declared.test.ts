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
