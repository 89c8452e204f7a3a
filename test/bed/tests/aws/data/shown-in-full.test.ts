/** What services show of resources that templates make, member by member, as their API references and answers people quote have it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { serviceLinkedRoleName } from "../../../aws/services/iam/service-linked-roles.ts";
import { virtualClock } from "../../../conformance/virtual-clock.ts";

const account = "123456789012";
const call = {
  requestId: "test",
  caller: { account, region: "us-east-1", arn: `arn:aws:iam::${account}:user/test`, tags: {} },
};
let bed: AwsBed;
let made: Readonly<Record<string, string>> = {};
let outputs: Readonly<Record<string, string>> = {};

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member.
const ask = (service: string, operation: string, input: object = {}): Promise<any> =>
  bed.world.invoke(service, operation, input, call);

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
};
const Resources = {
  Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16", EnableDnsHostnames: true } },
  Subnet: {
    Type: "AWS::EC2::Subnet",
    Properties: { VpcId: { Ref: "Vpc" }, CidrBlock: "10.0.1.0/24", AvailabilityZone: "us-east-1b" },
  },
  Launch: {
    Type: "AWS::EC2::LaunchTemplate",
    Properties: { LaunchTemplateData: { InstanceType: "t3.micro", ImageId: "ami-12345678" } },
  },
  Role: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust, Description: "of instances" } },
  Profile: { Type: "AWS::IAM::InstanceProfile", Properties: { Roles: [{ Ref: "Role" }] } },
  Policy: {
    Type: "AWS::IAM::ManagedPolicy",
    Properties: { Roles: [{ Ref: "Role" }], PolicyDocument: { Version: "2012-10-17", Statement: [] } },
  },
  Linked: { Type: "AWS::IAM::ServiceLinkedRole", Properties: { AWSServiceName: "lex.amazonaws.com" } },
  Key: { Type: "AWS::KMS::Key", Properties: { EnableKeyRotation: true } },
  Alias: { Type: "AWS::KMS::Alias", Properties: { AliasName: "alias/letters", TargetKeyId: { Ref: "Key" } } },
  Table: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  },
  Zone: { Type: "AWS::Route53::HostedZone", Properties: { Name: "clinic.example." } },
  Bucket: {
    Type: "AWS::S3::Bucket",
    Properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }],
      },
    },
  },
  Api: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "api" } },
  ApiKey: {
    Type: "AWS::ApiGateway::ApiKey",
    Properties: { StageKeys: [{ RestApiId: { Ref: "Api" }, StageName: "live" }] },
  },
  Secret: { Type: "AWS::SecretsManager::Secret", Properties: { GenerateSecretString: {} } },
  Queue: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: false } },
};

beforeAll(async () => {
  const clock = virtualClock();
  bed = await startAwsBed({ clock });
  const Outputs = { Newest: { Value: { "Fn::GetAtt": ["Launch", "LatestVersionNumber"] } } };
  const TemplateBody = JSON.stringify({ Resources, Outputs });
  await ask("cloudformation", "CreateStack", { StackName: "s", TemplateBody, Capabilities: ["CAPABILITY_IAM"] });
  for (;;) {
    const [stack] = (await ask("cloudformation", "DescribeStacks", { StackName: "s" })).Stacks;
    if (stack.StackStatus === "CREATE_IN_PROGRESS") await clock.sleep(5_000);
    else {
      expect(stack.StackStatus).toBe("CREATE_COMPLETE");
      outputs = Object.fromEntries(
        stack.Outputs.map((one: Record<string, string>) => [one.OutputKey, one.OutputValue]),
      );
      break;
    }
  }
  const { StackResources } = await ask("cloudformation", "DescribeStackResources", { StackName: "s" });
  made = Object.fromEntries(
    StackResources.map((one: Record<string, string>) => [one.LogicalResourceId, one.PhysicalResourceId]),
  );
});
afterAll(() => bed?.stop());

test("a network with its block, its options and its names", async () => {
  const { Vpcs } = await ask("ec2", "DescribeVpcs", { VpcIds: [made.Vpc] });
  expect(Vpcs).toEqual([
    {
      ...{
        VpcId: made.Vpc,
        CidrBlock: "10.0.0.0/16",
        State: "available",
        OwnerId: account,
        InstanceTenancy: "default",
      },
      ...{ IsDefault: false, DhcpOptionsId: expect.stringMatching(/^dopt-[0-9a-f]{17}$/), Tags: expect.any(Array) },
      BlockPublicAccessStates: { InternetGatewayBlockMode: "off" },
      CidrBlockAssociationSet: [
        {
          AssociationId: expect.stringMatching(/^vpc-cidr-assoc-[0-9a-f]{17}$/),
          ...{ CidrBlock: "10.0.0.0/16", CidrBlockState: { State: "associated" } },
        },
      ],
    },
  ]);
  const attribute = (Attribute: string) => ask("ec2", "DescribeVpcAttribute", { VpcId: made.Vpc, Attribute });
  expect(await attribute("enableDnsHostnames")).toEqual({ VpcId: made.Vpc, EnableDnsHostnames: { Value: true } });
  expect(await attribute("enableDnsSupport")).toEqual({ VpcId: made.Vpc, EnableDnsSupport: { Value: true } });
});

test("a subnet with its zone's id and what it gives to instances", async () => {
  const { Subnets } = await ask("ec2", "DescribeSubnets", { SubnetIds: [made.Subnet] });
  expect(Subnets).toMatchObject([
    {
      ...{ AvailabilityZone: "us-east-1b", AvailabilityZoneId: "use1-az2", AvailableIpAddressCount: 251 },
      ...{ DefaultForAz: false, AssignIpv6AddressOnCreation: false, Ipv6Native: false, EnableDns64: false },
      PrivateDnsNameOptionsOnLaunch: { HostnameType: "ip-name", EnableResourceNameDnsARecord: false },
    },
  ]);
  const { Subnets: all } = await ask("ec2", "DescribeSubnets", {});
  expect(all.filter(({ DefaultForAz }: { DefaultForAz: boolean }) => DefaultForAz)).toHaveLength(3);
});

test("the number of a launch template's version", () => {
  expect(outputs.Newest).toBe("1");
});

test("a role alone with its last use, in an instance profile with less, and who has a policy", async () => {
  const { Role } = await ask("iam", "GetRole", { RoleName: made.Role });
  expect(Role).toMatchObject({ Description: "of instances", MaxSessionDuration: 3600, RoleLastUsed: {} });
  const { InstanceProfile } = await ask("iam", "GetInstanceProfile", { InstanceProfileName: made.Profile });
  expect(Object.keys(InstanceProfile.Roles[0]).toSorted()).toEqual(
    ["Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument"].toSorted(),
  );
  expect(await ask("iam", "ListEntitiesForPolicy", { PolicyArn: made.Policy })).toEqual({
    ...{ PolicyGroups: [], PolicyUsers: [], IsTruncated: false },
    PolicyRoles: [{ RoleName: made.Role, RoleId: Role.RoleId }],
  });
});

test("a role that belongs to a service has that service's name and path, and there is one of it", async () => {
  expect(made.Linked).toBe("AWSServiceRoleForLexBots");
  const { Role } = await ask("iam", "GetRole", { RoleName: made.Linked });
  expect(Role.Arn).toBe(`arn:aws:iam::${account}:role/aws-service-role/lex.amazonaws.com/AWSServiceRoleForLexBots`);
  await expect(ask("iam", "CreateServiceLinkedRole", { AWSServiceName: "lex.amazonaws.com" })).rejects.toMatchObject({
    code: "InvalidInput",
    message: expect.stringContaining("has been taken in this account"),
  });
  expect(serviceLinkedRoleName("autoscaling.amazonaws.com", "blue")).toBe("AWSServiceRoleForAutoScaling_blue");
  expect(serviceLinkedRoleName("rds.amazonaws.com")).toBe("AWSServiceRoleForRDS");
});

test("a key's aliases with their times, its rotation and its one policy", async () => {
  const { Aliases } = await ask("kms", "ListAliases", { KeyId: made.Key });
  expect(Aliases).toEqual([
    {
      ...{ AliasName: "alias/letters", TargetKeyId: made.Key, CreationDate: expect.any(Date) },
      ...{ AliasArn: `arn:aws:kms:us-east-1:${account}:alias/letters`, LastUpdatedDate: expect.any(Date) },
    },
  ]);
  expect(await ask("kms", "GetKeyRotationStatus", { KeyId: made.Key })).toEqual({
    ...{ KeyId: made.Key, KeyRotationEnabled: true, RotationPeriodInDays: 365, NextRotationDate: expect.any(Date) },
  });
  expect((await ask("kms", "ListKeyPolicies", { KeyId: "alias/letters" })).PolicyNames).toEqual(["default"]);
});

test("four servers of a zone, a bucket's key that is none, the stages of an API's key, a secret named without its stack", async () => {
  const { DelegationSet } = await ask("route-53", "GetHostedZone", { Id: made.Zone });
  expect(DelegationSet.NameServers.map((server: string) => server.replace(/^ns-\d+\.awsdns-\d+\./, ""))).toEqual([
    ...["com", "net", "org", "co.uk"],
  ]);
  const { ServerSideEncryptionConfiguration: encryption } = await ask("s3", "GetBucketEncryption", {
    Bucket: made.Bucket,
  });
  expect(encryption.Rules).toEqual([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: false },
  ]);
  const { stageKeys } = await ask("api-gateway", "GetApiKey", { apiKey: made.ApiKey });
  expect(stageKeys).toEqual([`${made.Api}/live`]);
  expect((await ask("secrets-manager", "DescribeSecret", { SecretId: made.Secret })).Name).toMatch(
    /^Secret-[A-Za-z0-9]{12}$/,
  );
});

test("how far back a table can be restored, and nothing about FIFO of a queue that is none", async () => {
  const { ContinuousBackupsDescription: backups } = await ask("dynamodb", "DescribeContinuousBackups", {
    TableName: made.Table,
  });
  expect(backups.PointInTimeRecoveryDescription).toEqual({
    ...{ PointInTimeRecoveryStatus: "ENABLED", RecoveryPeriodInDays: 35 },
    ...{ EarliestRestorableDateTime: expect.any(Date), LatestRestorableDateTime: expect.any(Date) },
  });
  const { Attributes } = await ask("sqs", "GetQueueAttributes", { QueueUrl: made.Queue, AttributeNames: ["All"] });
  expect(Attributes).not.toHaveProperty("FifoQueue");
});
