import { expect, test } from "vitest";
import { cloudFormationFaults } from "../../../aws/cloudformation/stack/faults.ts";
import { installIam } from "../../../aws/services/iam/install.ts";
import { installKms } from "../../../aws/services/kms/install.ts";
import { installLogs } from "../../../aws/services/logs/install.ts";
import { installRds } from "../../../aws/services/rds/install.ts";
import { installS3 } from "../../../aws/services/s3/install.ts";
import { installSecretsManager } from "../../../aws/services/secrets-manager/install.ts";
import { parameter, stage, template, topic } from "./stage.ts";

const KEPT = { DeletionPolicy: "Retain" };
const table = (TableName: string) => ({
  Type: "AWS::DynamoDB::Table",
  Properties: { TableName, KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] },
  ...KEPT,
});
const tableImport = (LogicalResourceId: string, TableName: string) => ({
  ResourceType: "AWS::DynamoDB::Table",
  LogicalResourceId,
  ResourceIdentifier: { TableName },
});

/** A stage on which tables exist that no stack has: their stack is gone and they were retained. */
async function withTables(...names: readonly string[]) {
  const on = stage();
  await on.create("old", template(Object.fromEntries(names.map((name, index) => [`T${index}`, table(name)]))));
  await on.cfn("DeleteStack", { StackName: "old" });
  await on.world.clock.sleep(60_000);
  return on;
}

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

test("a new stack takes over a retained table through a change set of type IMPORT, as AWS tells it", async () => {
  const on = await withTables("games");
  const view = await on.plan("fresh", "take", template({ Games: table("games") }), {
    ChangeSetType: "IMPORT",
    ResourcesToImport: [tableImport("Games", "games")],
  });
  expect(view).toMatchObject({ Status: "CREATE_COMPLETE", ExecutionStatus: "AVAILABLE" });
  expect(view.StatusReason).toMatch(/^Verify that resources and their properties defined in the template match/);
  expect(view.Changes).toMatchObject([
    { Action: "Import", LogicalResourceId: "Games", PhysicalResourceId: "games", Scope: [], Details: [] },
  ]);
  expect(view.Changes[0]).not.toHaveProperty("Replacement");
  expect((await on.stack("fresh")).StackStatus).toBe("REVIEW_IN_PROGRESS");

  await on.cfn("ExecuteChangeSet", { StackName: "fresh", ChangeSetName: "take" });

  expect((await on.settled("fresh")).StackStatus).toBe("IMPORT_COMPLETE");
  expect(await on.history("fresh")).toEqual([
    "fresh REVIEW_IN_PROGRESS",
    "fresh IMPORT_IN_PROGRESS",
    "Games IMPORT_IN_PROGRESS",
    "Games IMPORT_COMPLETE",
    "Games UPDATE_IN_PROGRESS",
    "Games UPDATE_COMPLETE",
    "fresh IMPORT_COMPLETE",
  ]);
  const { StackEvents } = await on.cfn("DescribeStackEvents", { StackName: "fresh" });
  expect(StackEvents.map((event: { ResourceStatusReason?: string }) => event.ResourceStatusReason)).toEqual([
    undefined,
    undefined,
    "Apply stack-level tags to imported resource if applicable.",
    "Resource import completed.",
    "Resource import started.",
    "User Initiated",
    "User Initiated",
  ]);
});

test("an imported resource is updated and deleted like any other of its stack", async () => {
  const on = await withTables("games");
  await on.plan("s", "c", template({ Games: table("games") }), {
    ChangeSetType: "IMPORT",
    ResourcesToImport: [tableImport("Games", "games")],
  });
  await on.cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });
  await on.settled("s");
  const paid = { ...table("games"), DeletionPolicy: "Delete" };
  const changed = { ...paid, Properties: { ...paid.Properties, BillingMode: "PAY_PER_REQUEST" } };

  expect((await on.update("s", template({ Games: changed }))).StackStatus).toBe("UPDATE_COMPLETE");
  await on.cfn("DeleteStack", { StackName: "s" });
  await on.world.clock.sleep(60_000);

  expect((await on.create("again", template({ Games: table("games") }))).StackStatus).toBe("CREATE_COMPLETE");
});

test("an import that fails lets everything go that it had taken over", async () => {
  const on = await withTables("a", "b");
  cloudFormationFaults(on.world).fail({ logicalId: "B", phase: "create", message: "no" });
  const before = template({ P: parameter("1") });
  await on.create("s", before);
  const body = template({ P: parameter("1"), A: table("a"), B: { ...table("b"), DependsOn: "A" } });
  await on.plan("s", "c", body, {
    ChangeSetType: "IMPORT",
    ResourcesToImport: [tableImport("A", "a"), tableImport("B", "b")],
  });

  await on.cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });

  expect((await on.settled("s")).StackStatus).toBe("IMPORT_ROLLBACK_COMPLETE");
  expect((await on.history("s")).slice(-8)).toEqual([
    "B IMPORT_IN_PROGRESS",
    "B IMPORT_FAILED",
    "s IMPORT_ROLLBACK_IN_PROGRESS",
    "A IMPORT_ROLLBACK_IN_PROGRESS",
    "A IMPORT_ROLLBACK_COMPLETE",
    "B IMPORT_ROLLBACK_IN_PROGRESS",
    "B IMPORT_ROLLBACK_COMPLETE",
    "s IMPORT_ROLLBACK_COMPLETE",
  ]);
  const { StackResources } = await on.cfn("DescribeStackResources", { StackName: "s" });
  expect(StackResources.map((one: { LogicalResourceId: string }) => one.LogicalResourceId)).toEqual(["P"]);
  expect(await on.update("s", template({ P: parameter("2") }))).toMatchObject({ StackStatus: "UPDATE_COMPLETE" });
  const again = { ChangeSetType: "IMPORT", ResourcesToImport: [tableImport("A", "a")] };
  expect(await on.plan("other", "c", template({ A: table("a") }), again)).toMatchObject({ Status: "CREATE_COMPLETE" });
});

test.for([
  ["nothing", "none", "Resource of type 'AWS::SNS::Topic' with identifier 'arn:aws:sns:x' was not found."],
  ["a table", "none", "Table: none does not exist."],
] as const)("a change set that names %s that does not exist fails and says so", async ([what, name, reason]) => {
  const on = stage();
  const isTable = what === "a table";
  const view = await on.plan("s", "c", template({ X: isTable ? table(name) : topic({}, KEPT) }), {
    ChangeSetType: "IMPORT",
    ResourcesToImport: [
      isTable
        ? tableImport("X", name)
        : {
            ResourceType: "AWS::SNS::Topic",
            LogicalResourceId: "X",
            ResourceIdentifier: { TopicArn: "arn:aws:sns:x" },
          },
    ],
  });
  expect(view).toMatchObject({ Status: "FAILED", ExecutionStatus: "UNAVAILABLE", StatusReason: reason, Changes: [] });
  expect((await on.stack("s")).StackStatus).toBe("REVIEW_IN_PROGRESS");
});

test("what another stack has is not imported", async () => {
  const on = stage();
  const owner = await on.create("owner", template({ T: table("games") }));
  const view = await on.plan("s", "c", template({ Games: table("games") }), {
    ChangeSetType: "IMPORT",
    ResourcesToImport: [tableImport("Games", "games")],
  });
  expect(view).toMatchObject({ Status: "FAILED", StatusReason: `games already exists in stack ${owner.StackId}` });
});

const { DeletionPolicy: _, ...loose } = table("games");
test.for([
  ["without entries", { G: table("games") }, [], "Must Provide at least one resource to import"],
  [
    "of one resource twice",
    { G: table("games") },
    [tableImport("G", "games"), tableImport("G", "games")],
    "Every resource to import must have unique LogicalResourceId",
  ],
  [
    "of what the template lacks",
    { G: table("games") },
    [tableImport("X", "games")],
    "The logical resource ids [X] provided in ResourceToImport do not exist in the template.",
  ],
  [
    "by a property that does not identify",
    { G: table("games") },
    [{ ...tableImport("G", "games"), ResourceIdentifier: { Name: "games" } }],
    "Invalid resource identifier for resource type AWS::DynamoDB::Table. Expected [TableName]",
  ],
  [
    "as another type",
    { G: topic({}, KEPT) },
    [tableImport("G", "games")],
    "Resource type of [G] passed in ResourceToImport does not match with resource type defined in the template. Resource type in ResourceToImport: AWS::DynamoDB::Table; Resource type in Template: AWS::SNS::Topic.",
  ],
  [
    "with something new beside it",
    { G: table("games"), N: topic() },
    [tableImport("G", "games")],
    "Resources [N] is missing from ResourceToImport list",
  ],
  [
    "without a deletion policy",
    { G: loose },
    [tableImport("G", "games")],
    "The following resources to import [G] must have DeletionPolicy attribute specified in the template.",
  ],
] as const)("an import %s is refused and leaves no stack", async ([, resources, entries, message]) => {
  const on = await withTables("games");
  const input = {
    ...{ StackName: "s", ChangeSetName: "c", ChangeSetType: "IMPORT", ResourcesToImport: entries },
    TemplateBody: JSON.stringify(template(resources)),
  };
  expect(await on.refusal("CreateChangeSet", input)).toBe(`ValidationError: ${message}`);
  expect(await on.refusal("DescribeStacks", { StackName: "s" })).toMatch(/does not exist/);
});

test.for([
  [
    "that changes what the stack has",
    { P: parameter("2"), G: table("games") },
    {},
    "You have modified resources [P] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.",
  ],
  [
    "that removes what the stack has",
    { G: table("games") },
    {},
    "You have modified resources [P] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.",
  ],
  [
    "of what is in the stack, and nothing new",
    { P: parameter("1") },
    {},
    "The logical resource ids [G] provided in ResourceToImport do not exist in the template.",
  ],
  [
    "that adds outputs",
    { P: parameter("1"), G: table("games") },
    { Outputs: { O: { Value: "x" } } },
    "As part of the import operation, you cannot modify or add [Outputs]",
  ],
] as const)("an import into a stack %s is refused", async ([, resources, more, message]) => {
  const on = await withTables("games");
  await on.create("s", template({ P: parameter("1") }));
  const input = {
    ...{ StackName: "s", ChangeSetName: "c", ChangeSetType: "IMPORT", ResourcesToImport: [tableImport("G", "games")] },
    TemplateBody: JSON.stringify(template(resources, more)),
  };
  expect(await on.refusal("CreateChangeSet", input)).toBe(`ValidationError: ${message}`);
});

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

test("a stack that may import takes over what exists under its own names, and makes the rest", async () => {
  const on = await withTables("games");
  const view = await on.plan("s", "c", template({ Games: table("games"), New: topic() }), {
    ChangeSetType: "CREATE",
    ImportExistingResources: true,
  });
  expect(view.Changes).toMatchObject([
    { Action: "Import", LogicalResourceId: "Games", PhysicalResourceId: "games" },
    { Action: "Add", LogicalResourceId: "New" },
  ]);
  expect(view).toMatchObject({ ImportExistingResources: true });

  await on.cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });

  expect((await on.settled("s")).StackStatus).toBe("CREATE_COMPLETE");
  const history = await on.history("s");
  expect(history).toContain("Games IMPORT_COMPLETE");
  expect(history).toContain("New CREATE_COMPLETE");
});

test("an update may import as well, and its rollback leaves what exists alone", async () => {
  const on = await withTables("games");
  await on.create("s", template({ P: parameter("1") }));
  cloudFormationFaults(on.world).fail({ logicalId: "New", phase: "create", message: "no" });
  const body = template({ P: parameter("1"), Games: table("games"), New: topic({}, { DependsOn: "Games" }) });
  await on.plan("s", "c", body, { ImportExistingResources: true });

  await on.cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });

  expect((await on.settled("s")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  const again = { ChangeSetType: "IMPORT", ResourcesToImport: [tableImport("Games", "games")] };
  const view = await on.plan("other", "c", template({ Games: table("games") }), again);
  expect(view).toMatchObject({ Status: "CREATE_COMPLETE" });
});

test("a creation that imports and fails does not delete what existed", async () => {
  const on = await withTables("games");
  cloudFormationFaults(on.world).fail({ logicalId: "New", phase: "create", message: "no" });
  const games = { ...table("games"), DeletionPolicy: "RetainExceptOnCreate" };
  await on.plan("s", "c", template({ Games: games, New: topic({}, { DependsOn: "Games" }) }), {
    ...{ ChangeSetType: "CREATE", ImportExistingResources: true },
  });
  await on.cfn("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c", RetainExceptOnCreate: true });

  expect((await on.settled("s")).StackStatus).toBe("ROLLBACK_COMPLETE");
  const again = { ChangeSetType: "IMPORT", ResourcesToImport: [tableImport("Games", "games")] };
  const view = await on.plan("other", "c", template({ Games: table("games") }), again);
  expect(view).toMatchObject({ Status: "CREATE_COMPLETE" });
});

test("existing resources that their policy would delete keep the change set from importing", async () => {
  const on = await withTables("games");
  const view = await on.plan("s", "c", template({ Games: { ...table("games"), DeletionPolicy: "Delete" } }), {
    ...{ ChangeSetType: "CREATE", ImportExistingResources: true },
  });
  expect(view).toMatchObject({
    Status: "FAILED",
    StatusReason:
      "CloudFormation is attempting to import some resources because they already exist in your account. The resources must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. The affected resources are Games ({TableName=games})",
  });
});

test("a name that a function makes is not imported by itself", async () => {
  const on = await withTables("games");
  const dynamic = table("games");
  const named = { ...dynamic, Properties: { ...dynamic.Properties, TableName: { "Fn::Sub": "games" } } };
  const view = await on.plan("s", "c", template({ Games: named }), {
    ...{ ChangeSetType: "CREATE", ImportExistingResources: true },
  });
  expect(view.Changes).toMatchObject([{ Action: "Add" }]);
});
