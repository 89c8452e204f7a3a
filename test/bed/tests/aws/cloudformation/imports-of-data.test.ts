import { expect, test } from "vitest";
import { installIam } from "../../../aws/services/iam/install.ts";
import { installKms } from "../../../aws/services/kms/install.ts";
import { installLogs } from "../../../aws/services/logs/install.ts";
import { installRds } from "../../../aws/services/rds/install.ts";
import { installS3 } from "../../../aws/services/s3/install.ts";
import { installSecretsManager } from "../../../aws/services/secrets-manager/install.ts";
import { KEPT } from "./retained-tables.ts";
import { stage, template } from "./stage.ts";

/** A stage with the services that hold data, and a way to call them. */
function withServices() {
  const on = stage();
  for (const install of [installS3, installKms, installLogs, installSecretsManager, installIam, installRds])
    install(on.world);
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member in the tests.
  const ask = (service: string, operation: string, input: object): Promise<any> =>
    on.world.invoke(service, operation, input, on.call);
  return { ...on, ask };
}

test("everything that holds a tenant's data can be taken over, and keeps its data and settings", async () => {
  const { ask, ...on } = withServices();
  await ask("s3", "CreateBucket", { Bucket: "files" });
  await ask("s3", "PutObject", { Bucket: "files", Key: "a", Body: new TextEncoder().encode("1") });
  const { KeyMetadata } = await ask("kms", "CreateKey", {});
  await ask("kms", "CreateAlias", { AliasName: "alias/a", TargetKeyId: KeyMetadata.KeyId });
  await ask("cloudwatch-logs", "CreateLogGroup", { logGroupName: "/t/a" });
  const { ARN } = await ask("secrets-manager", "CreateSecret", { Name: "s", SecretString: "x" });
  const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  await ask("iam", "CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust });
  await ask("rds", "CreateDBSubnetGroup", {
    ...{ DBSubnetGroupName: "g", DBSubnetGroupDescription: "g" },
    SubnetIds: ["subnet-1", "subnet-2"],
  });
  await ask("rds", "CreateDBParameterGroup", {
    ...{ DBParameterGroupName: "p", DBParameterGroupFamily: "postgres16", Description: "p" },
  });
  await ask("rds", "CreateDBInstance", {
    ...{ DBInstanceIdentifier: "db", Engine: "postgres", DBInstanceClass: "db.t4g.micro", AllocatedStorage: 20 },
    ...{ MasterUsername: "u", MasterUserPassword: "longenough" },
  });
  await on.world.clock.sleep(3_600_000);
  const wanted: Readonly<Record<string, readonly [type: string, identifier: object, properties: object]>> = {
    Bucket: ["AWS::S3::Bucket", { BucketName: "files" }, { BucketName: "files" }],
    Key: ["AWS::KMS::Key", { KeyId: KeyMetadata.KeyId }, {}],
    Alias: ["AWS::KMS::Alias", { AliasName: "alias/a" }, { AliasName: "alias/a", TargetKeyId: KeyMetadata.KeyId }],
    Logs: ["AWS::Logs::LogGroup", { LogGroupName: "/t/a" }, { LogGroupName: "/t/a", RetentionInDays: 7 }],
    Secret: ["AWS::SecretsManager::Secret", { Id: ARN }, { Name: "s" }],
    Role: ["AWS::IAM::Role", { RoleName: "r" }, { RoleName: "r", AssumeRolePolicyDocument: JSON.parse(trust) }],
    Subnets: [
      "AWS::RDS::DBSubnetGroup",
      { DBSubnetGroupName: "g" },
      { DBSubnetGroupName: "g", DBSubnetGroupDescription: "g", SubnetIds: ["subnet-1", "subnet-2"] },
    ],
    Parameters: [
      "AWS::RDS::DBParameterGroup",
      { DBParameterGroupName: "p" },
      { DBParameterGroupName: "p", Family: "postgres16", Description: "p" },
    ],
    Db: [
      "AWS::RDS::DBInstance",
      { DBInstanceIdentifier: "db" },
      { DBInstanceIdentifier: "db", Engine: "postgres", DBInstanceClass: "db.t4g.large", AllocatedStorage: "20" },
    ],
  };
  const resources = Object.entries(wanted).map(([id, [Type, , Properties]]) => [id, { Type, Properties, ...KEPT }]);
  const view = await on.plan("t", "c", template(Object.fromEntries(resources)), {
    ChangeSetType: "IMPORT",
    Capabilities: ["CAPABILITY_NAMED_IAM"],
    Tags: [{ Key: "tenant", Value: "a" }],
    ResourcesToImport: Object.entries(wanted).map(([LogicalResourceId, [ResourceType, ResourceIdentifier]]) => ({
      ...{ LogicalResourceId, ResourceType, ResourceIdentifier },
    })),
  });
  expect(view).toMatchObject({ Status: "CREATE_COMPLETE" });

  await on.cfn("ExecuteChangeSet", { StackName: "t", ChangeSetName: "c" });

  expect((await on.settled("t")).StackStatus).toBe("IMPORT_COMPLETE");
  const body = (await ask("s3", "GetObject", { Bucket: "files", Key: "a" })).Body as Uint8Array;
  expect(new TextDecoder().decode(body)).toBe("1");
  const { TagSet } = await ask("s3", "GetBucketTagging", { Bucket: "files" });
  expect(TagSet).toContainEqual({ Key: "tenant", Value: "a" });
  const { DBInstances } = await ask("rds", "DescribeDBInstances", { DBInstanceIdentifier: "db" });
  expect(DBInstances[0]).toMatchObject({ DBInstanceClass: "db.t4g.micro", DBInstanceStatus: "available" });
  // What the template says differently is drift, and only the next update changes it.
  await on.cfn("DetectStackDrift", { StackName: "t" });
  await on.world.clock.sleep(60_000);
  const { StackResourceDrifts } = await on.cfn("DescribeStackResourceDrifts", {
    ...{ StackName: "t", StackResourceDriftStatusFilters: ["MODIFIED"] },
  });
  expect(StackResourceDrifts.map((one: { LogicalResourceId: string }) => one.LogicalResourceId).sort()).toEqual([
    "Db",
    "Logs",
  ]);
});
