import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeFleetsCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { CreateRoleCommand, GetRoleCommand, IAMClient, ListVirtualMFADevicesCommand } from "@aws-sdk/client-iam";
import { GetBucketAnalyticsConfigurationCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, GetTopicAttributesCommand, SNSClient, TagResourceCommand } from "@aws-sdk/client-sns";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { cbor } from "@smithy/core/cbor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { catalogue } from "../../../aws/protocols/catalogue.ts";
import { settingsFor } from "./client-settings.ts";

let bed: AwsBed;
beforeAll(async () => {
  bed = await startAwsBed();
});
afterAll(() => bed.stop());

const authorization = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=AKIA123456789012TEST/20261127/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** A JSON request as no SDK would send it. */
async function raw(
  target: string,
  service: string,
  body: string,
): Promise<{ status: number; answer: Record<string, string> }> {
  const response = await fetch(bed.url, {
    method: "POST",
    headers: {
      "X-Amz-Target": target,
      "Content-Type": "application/x-amz-json-1.1",
      Authorization: authorization(service),
    },
    body,
  });
  return { status: response.status, answer: (await response.json()) as Record<string, string> };
}

describe("what the bed does not know is refused loudly", () => {
  test.for([
    [
      "a JSON service",
      () => raw("AmazonEC2ContainerServiceV20141113.DiscoverPollEndpoint", "ecs", "{}"),
      "ecs:DiscoverPollEndpoint",
    ],
    [
      "a service nobody modelled",
      () => raw("AWSBudgetServiceGateway.DescribeBudgets", "budgets", "{}"),
      "AWSBudgetServiceGateway",
    ],
    [
      "an operation nobody published",
      () => raw("AmazonSSM.MakeCoffee", "ssm", "{}"),
      "ssm has no operation MakeCoffee",
    ],
  ] as const)("%s", async ([, ask, named]) => {
    const { status, answer } = await ask();
    expect(status).toBe(501);
    expect(answer.__type).toBe("UnknownOperationException");
    expect(answer.message).toContain(named);
  });

  test.for([
    [
      "IAM",
      () => new IAMClient(settingsFor(bed)).send(new ListVirtualMFADevicesCommand({})),
      "iam:ListVirtualMFADevices",
    ],
    ["EC2", () => new EC2Client(settingsFor(bed)).send(new DescribeFleetsCommand({})), "ec2:DescribeFleets"],
    [
      "S3",
      () =>
        new S3Client(settingsFor(bed)).send(
          new GetBucketAnalyticsConfigurationCommand({ Bucket: "any-bucket", Id: "1" }),
        ),
      "s3:GetBucketAnalyticsConfiguration",
    ],
  ] as const)("the SDK sees it from %s", async ([, ask, named]) => {
    const failure = await ask().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "UnknownOperationException", $metadata: { httpStatusCode: 501 } });
    expect(String(failure)).toContain(`the bed does not model ${named}`);
  });

  test("unknown operations are in the call log with their outcome", async () => {
    bed.calls.clear();
    await raw("AmazonSSM.MakeCoffee", "ssm", "{}");
    expect(bed.calls.all()).toMatchObject([
      { service: "ssm", operation: "MakeCoffee", outcome: "UnknownOperationException" },
    ]);
  });
});

describe("inputs that do not fit the model are refused", () => {
  test.for([
    ["an unknown member", '{"Name":"a","Nmae":"b"}', "ValidationException", "unknown member Nmae"],
    ["a wrong type", '{"Name":7}', "SerializationException", "Name must be a string, got 7"],
    [
      "a missing member",
      "{}",
      "ValidationException",
      "Value at 'Name' failed to satisfy constraint: Member must not be null",
    ],
    ["no JSON", "{", "SerializationException", "the body is not json"],
  ] as const)("%s", async ([, body, type, message]) => {
    const { status, answer } = await raw("AmazonSSM.GetParameter", "ssm", body);
    expect(status).toBe(400);
    expect(answer.__type).toBe(type);
    expect(answer.message ?? answer.Message).toContain(message);
  });

  test("an unknown parameter of a query service", async () => {
    const response = await fetch(bed.url, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Authorization: authorization("iam") },
      body: "Action=GetRole&Version=2010-05-08&RoleName=a&RoleNmae=b",
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(
      "<Code>ValidationError</Code><Message>unknown parameter RoleNmae</Message>",
    );
  });

  test("a request without a signature", async () => {
    const response = await fetch(bed.url, {
      method: "POST",
      headers: { "X-Amz-Target": "AmazonSSM.GetParameter" },
      body: "{}",
    });
    expect(((await response.json()) as Record<string, string>).__type).toBe("MissingAuthenticationTokenException");
  });
});

describe("values come back as they went in", () => {
  const awkward = `<&>"' \u00e9\u{1f3e5} line\nbreak\ttab`;

  test("through XML, with text that XML must escape", async () => {
    const iam = new IAMClient(settingsFor(bed));
    await iam.send(
      new CreateRoleCommand({ RoleName: "awkward", AssumeRolePolicyDocument: "{}", Description: awkward }),
    );
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "awkward" }));
    expect(Role?.Description).toBe(awkward);
    expect(Role?.CreateDate).toBeInstanceOf(Date);
  });

  test("maps and lists of query services", async () => {
    const sns = new SNSClient(settingsFor(bed));
    const { TopicArn } = await sns.send(
      new CreateTopicCommand({
        Name: "alerts",
        Attributes: { DisplayName: awkward },
        Tags: [{ Key: "a.b", Value: "1" }],
      }),
    );
    await sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: [{ Key: "c", Value: "2" }] }));
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes?.DisplayName).toBe(awkward);
  });

  test("EC2's own query style", async () => {
    const ec2 = new EC2Client(settingsFor(bed));
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }));
    expect(Vpcs).toMatchObject([{ CidrBlock: "172.31.0.0/16", IsDefault: true, State: "available" }]);
  });

  test("CloudWatch in JSON, in CBOR and in the old query style", async () => {
    const client = new CloudWatchClient(settingsFor(bed));
    expect((await client.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);

    const binary = await fetch(`${bed.url}/service/GraniteServiceVersion20100801/operation/DescribeAlarms`, {
      method: "POST",
      headers: {
        "smithy-protocol": "rpc-v2-cbor",
        "Content-Type": "application/cbor",
        Authorization: authorization("monitoring"),
      },
      body: Buffer.from(cbor.serialize({ MaxRecords: 10 })),
    });
    expect(cbor.deserialize(new Uint8Array(await binary.arrayBuffer()))).toEqual({
      MetricAlarms: [],
      CompositeAlarms: [],
    });

    const form = await fetch(bed.url, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Authorization: authorization("monitoring") },
      body: "Action=DescribeAlarms&Version=2010-08-01",
    });
    expect(await form.text()).toContain(
      "<DescribeAlarmsResult><CompositeAlarms></CompositeAlarms><MetricAlarms></MetricAlarms>",
    );
  });

  test("errors keep their code, message and request id", async () => {
    const failure = await new SSMClient(settingsFor(bed))
      .send(new GetParameterCommand({ Name: "none" }))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: "ParameterNotFound",
      $metadata: { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    const ecr = new ECRClient(settingsFor(bed));
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "mate/web" }));
    await expect(ecr.send(new CreateRepositoryCommand({ repositoryName: "mate/web" }))).rejects.toMatchObject({
      name: "RepositoryAlreadyExistsException",
      message: "The repository with name 'mate/web' already exists in the registry with id '123456789012'",
    });
  });
});

test("the catalogue says what the SDK's clients say", async () => {
  for (const entry of catalogue) {
    const exported: Record<string, unknown> = await import(`@aws-sdk/client-${entry.name}`);
    const [, Client] = Object.entries(exported).find(([name]) => name.endsWith("Client") && name !== "__Client") ?? [];
    const { config } = new (Client as new (settings: object) => { config: Record<string, unknown> })(settingsFor(bed));
    const { version, serviceTarget, xmlNamespace } = config.protocolSettings as Record<string, string>;
    expect({ version, target: serviceTarget, signing: config.defaultSigningName }).toEqual({
      version: entry.version,
      target: entry.target,
      signing: entry.signing,
    });
    const speaksXml = !(config.protocol as { getShapeId(): string }).getShapeId().includes("awsJson");
    if (speaksXml) expect(entry.xmlNamespace).toBe(xmlNamespace);
  }
});

test("a bed that was stopped answers nobody, and another takes its place", async () => {
  const first = await startAwsBed();
  await first.stop();
  await expect(fetch(first.url)).rejects.toThrow();

  const second = await startAwsBed({ port: Number(new URL(first.url).port) });
  expect((await fetch(`${second.url}/_bed/faults`)).status).toBe(200);
  await second.stop();
});
