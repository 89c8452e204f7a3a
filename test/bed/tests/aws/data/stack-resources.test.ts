import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { DescribeKeyCommand, GetKeyRotationStatusCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetBucketPolicyCommand, GetBucketVersioningCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { settingsFor } from "../front/client-settings.ts";

let bed: AwsBed;
let cloudformation: CloudFormationClient;
beforeAll(async () => {
  bed = await startAwsBed({ speed: 1_000 });
  cloudformation = new CloudFormationClient(settingsFor(bed));
});
afterAll(() => bed.stop());

/** The stack once it is no longer in progress; undefined once it is gone. */
async function settled(StackName: string) {
  for (;;) {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    const [stack] = Stacks ?? [];
    if (!stack?.StackStatus?.endsWith("_IN_PROGRESS")) return stack;
    await bed.world.clock.sleep(500);
  }
}

async function deploy(StackName: string, Resources: object, Outputs: object = {}) {
  await cloudformation.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: JSON.stringify({ Resources, Outputs }),
      Capabilities: ["CAPABILITY_NAMED_IAM"],
    }),
  );
  const stack = await settled(StackName);
  return {
    status: stack?.StackStatus,
    reason: stack?.StackStatusReason,
    outputs: Object.fromEntries(
      (stack?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
    ),
  };
}

const idOf = async (StackName: string, LogicalResourceId: string): Promise<string> => {
  const { StackResourceDetail } = await cloudformation.send(
    new DescribeStackResourceCommand({ StackName, LogicalResourceId }),
  );
  return StackResourceDetail?.PhysicalResourceId ?? "";
};

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" } }],
};
const empty = { Version: "2012-10-17", Statement: [] };

describe("what a stack makes is what the services show", () => {
  let outputs: Record<string, string> = {};
  beforeAll(async () => {
    const made = await deploy(
      "mate-hospital-a-production",
      {
        Role: {
          Type: "AWS::IAM::Role",
          Properties: {
            RoleName: "hospital-a-task",
            AssumeRolePolicyDocument: trust,
            MaxSessionDuration: 7200,
            Policies: [{ PolicyName: "own", PolicyDocument: empty }],
          },
        },
        Policy: { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument: trust, Roles: [{ Ref: "Role" }] } },
        Key: { Type: "AWS::KMS::Key", Properties: { KeyPolicy: empty, EnableKeyRotation: true } },
        Alias: { Type: "AWS::KMS::Alias", Properties: { AliasName: "alias/hospital-a", TargetKeyId: { Ref: "Key" } } },
        Data: { Type: "AWS::S3::Bucket", Properties: { VersioningConfiguration: { Status: "Enabled" } } },
        DataPolicy: { Type: "AWS::S3::BucketPolicy", Properties: { Bucket: { Ref: "Data" }, PolicyDocument: empty } },
        Secret: {
          Type: "AWS::SecretsManager::Secret",
          Properties: {
            GenerateSecretString: {
              SecretStringTemplate: '{"username":"mate"}',
              GenerateStringKey: "password",
              PasswordLength: 24,
              ExcludePunctuation: true,
            },
          },
        },
        Parameter: {
          Type: "AWS::SSM::Parameter",
          Properties: { Name: "/hospital-a/url", Type: "String", Value: { "Fn::GetAtt": ["Data", "Arn"] } },
        },
        Logs: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "/mate/hospital-a", RetentionInDays: 365 } },
        Images: {
          Type: "AWS::ECR::Repository",
          Properties: { RepositoryName: "hospital-a/web", ImageTagMutability: "IMMUTABLE" },
        },
        Alerts: { Type: "AWS::SNS::Topic", Properties: { DisplayName: "Alerts" } },
        Network: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16" } },
        Group: { Type: "AWS::EC2::SecurityGroup", Properties: { GroupDescription: "app", VpcId: { Ref: "Network" } } },
        Rule: {
          Type: "AWS::EC2::SecurityGroupIngress",
          Properties: {
            GroupId: { "Fn::GetAtt": ["Group", "GroupId"] },
            IpProtocol: "tcp",
            FromPort: 8000,
            ToPort: 8000,
            CidrIp: "10.0.0.0/16",
          },
        },
      },
      {
        Secret: { Value: { Ref: "Secret" } },
        Bucket: { Value: { Ref: "Data" } },
        Key: { Value: { "Fn::GetAtt": ["Key", "Arn"] } },
        Policy: { Value: { Ref: "Policy" } },
        Alerts: { Value: { Ref: "Alerts" } },
        Group: { Value: { "Fn::GetAtt": ["Group", "GroupId"] } },
      },
    );
    expect(made).toMatchObject({ status: "CREATE_COMPLETE" });
    outputs = made.outputs;
  });

  test("roles with their trust, their policies and their tags", async () => {
    const iam = new IAMClient(settingsFor(bed));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "hospital-a-task" }));
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""))).toEqual(trust);
    expect(Role?.MaxSessionDuration).toBe(7200);
    expect(Role?.Tags).toContainEqual({ Key: "aws:cloudformation:stack-name", Value: "mate-hospital-a-production" });
    const { PolicyDocument = "" } = await iam.send(
      new GetRolePolicyCommand({ RoleName: "hospital-a-task", PolicyName: "own" }),
    );
    expect(JSON.parse(decodeURIComponent(PolicyDocument))).toEqual(empty);
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: "hospital-a-task" }));
    expect(AttachedPolicies?.map(({ PolicyArn }) => PolicyArn)).toEqual([outputs.Policy]);
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: outputs.Policy, VersionId: "v1" }),
    );
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ""))).toEqual(trust);
  });

  test("keys, buckets, secrets, parameters, log groups, repositories, topics, networks", async () => {
    const settings = settingsFor(bed);
    const kms = new KMSClient(settings);
    expect((await kms.send(new DescribeKeyCommand({ KeyId: "alias/hospital-a" }))).KeyMetadata?.Arn).toBe(outputs.Key);
    expect((await kms.send(new GetKeyRotationStatusCommand({ KeyId: outputs.Key }))).KeyRotationEnabled).toBe(true);
    const s3 = new S3Client(settings);
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket: outputs.Bucket }))).Status).toBe("Enabled");
    expect((await s3.send(new GetBucketPolicyCommand({ Bucket: outputs.Bucket }))).Policy).toBe(JSON.stringify(empty));
    const { SecretString = "" } = await new SecretsManagerClient(settings).send(
      new GetSecretValueCommand({ SecretId: outputs.Secret }),
    );
    expect(JSON.parse(SecretString)).toEqual({
      username: "mate",
      password: expect.stringMatching(/^[A-Za-z0-9]{24}$/),
    });
    const { Parameter } = await new SSMClient(settings).send(new GetParameterCommand({ Name: "/hospital-a/url" }));
    expect(Parameter?.Value).toBe(`arn:aws:s3:::${outputs.Bucket}`);
    const { logGroups } = await new CloudWatchLogsClient(settings).send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/mate/hospital-a" }),
    );
    expect(logGroups).toMatchObject([{ retentionInDays: 365 }]);
    const { repositories } = await new ECRClient(settings).send(
      new DescribeRepositoriesCommand({ repositoryNames: ["hospital-a/web"] }),
    );
    expect(repositories).toMatchObject([{ imageTagMutability: "IMMUTABLE" }]);
    const { Attributes } = await new SNSClient(settings).send(
      new GetTopicAttributesCommand({ TopicArn: outputs.Alerts }),
    );
    expect(Attributes?.DisplayName).toBe("Alerts");
    const { SecurityGroups } = await new EC2Client(settings).send(
      new DescribeSecurityGroupsCommand({ GroupIds: [outputs.Group ?? ""] }),
    );
    expect(SecurityGroups?.[0]?.IpPermissions).toMatchObject([
      { FromPort: 8000, IpRanges: [{ CidrIp: "10.0.0.0/16" }] },
    ]);
  });

  test("a name that is taken fails the stack", async () => {
    const { status } = await deploy("second", {
      Logs: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "/mate/hospital-a" } },
    });
    expect(status).toBe("ROLLBACK_COMPLETE");
  });
});

test("a bucket with data in it fails the deletion of its stack, and stays", async () => {
  await deploy("with-data", { Data: { Type: "AWS::S3::Bucket" } });
  const Bucket = await idOf("with-data", "Data");
  const s3 = new S3Client(settingsFor(bed));
  await s3.send(new PutObjectCommand({ Bucket, Key: "patient.json", Body: "{}" }));
  await cloudformation.send(new DeleteStackCommand({ StackName: "with-data" }));
  expect((await settled("with-data"))?.StackStatus).toBe("DELETE_FAILED");
  await s3.send(new PutObjectCommand({ Bucket, Key: "another.json", Body: "{}" }));
});
