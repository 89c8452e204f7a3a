/** What Secrets Manager, Systems Manager, S3, Logs and CloudWatch show of what templates make and change. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ACCOUNT, ref, resource, startAccount } from "./account.ts";

let on: Awaited<ReturnType<typeof startAccount>>;
beforeEach(async () => {
  on = await startAccount();
});
afterEach(() => on.stop());

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
