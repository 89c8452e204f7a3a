/** What a change set tells of each change: what becomes of the resource, and which property, parameter or policy is behind it. */
import { expect, test } from "vitest";
import { parameter, stage, template, topic } from "./stage.ts";

const DATABASE = {
  Type: "AWS::RDS::DBInstance",
  Properties: { DBInstanceClass: "db.t4g.micro", Engine: "postgres", AllocatedStorage: "20", StorageEncrypted: false },
};

test("a change set for a new stack adds everything and leaves an empty stack in review", async () => {
  const { plan, stack } = stage();

  const view = await plan("new", "first", template({ Topic: topic({ DisplayName: "a" }) }), {
    ChangeSetType: "CREATE",
  });

  expect(view.Changes).toMatchObject([{ Action: "Add", LogicalResourceId: "Topic", Scope: [], Details: [] }]);
  expect((await stack("new")).StackStatus).toBe("REVIEW_IN_PROGRESS");
});

test("encrypting a database shows as a replacement with the policy's own word for the old one", async () => {
  const { create, plan } = stage();
  await create("data", template({ Db: DATABASE }));
  const encrypted = {
    ...DATABASE,
    Properties: { ...DATABASE.Properties, StorageEncrypted: true },
    UpdateReplacePolicy: "Snapshot",
  };

  const view = await plan("data", "encrypt", template({ Db: encrypted }));

  const [change] = view.Changes;
  expect(change).toMatchObject({ Action: "Modify", Replacement: "True", PolicyAction: "ReplaceAndSnapshot" });
  const target = { Name: "StorageEncrypted", RequiresRecreation: "Always", BeforeValue: "false", AfterValue: "true" };
  expect(change?.Details.map(({ Target }) => Target)).toContainEqual(expect.objectContaining(target));
});

test("a property that may replace makes the change conditional", async () => {
  const { create, plan } = stage();
  await create("maybe", template({ Db: DATABASE }));
  const standby = { ...DATABASE, Properties: { ...DATABASE.Properties, MultiAZ: true } };

  const view = await plan("maybe", "p", template({ Db: standby }));

  expect(view.Changes).toMatchObject([
    { Replacement: "Conditional", Details: [{ Target: { RequiresRecreation: "Conditionally" } }] },
  ]);
});

test("a removed resource that is retained by policy says so", async () => {
  const { create, plan } = stage();
  await create("keep", template({ Kept: topic({}, { DeletionPolicy: "Retain" }), Other: topic() }));

  const view = await plan("keep", "drop", template({ Other: topic() }));

  expect(view.Changes).toMatchObject([{ Action: "Remove", LogicalResourceId: "Kept", PolicyAction: "Retain" }]);
});

test("a parameter behind a change is named as its cause", async () => {
  const { create, plan } = stage();
  const body = template(
    { Topic: topic({ DisplayName: { Ref: "Label" } }) },
    { Parameters: { Label: { Type: "String" } } },
  );
  await create("p", body, { Parameters: [{ ParameterKey: "Label", ParameterValue: "old" }] });

  const view = await plan("p", "rename", body, { Parameters: [{ ParameterKey: "Label", ParameterValue: "new" }] });

  const causes = view.Changes[0]?.Details.map(({ ChangeSource, CausingEntity }) => [ChangeSource, CausingEntity]);
  expect(causes).toEqual([
    ["ParameterReference", "Label"],
    ["DirectModification", undefined],
  ]);
});

test("a secret parameter is masked wherever a change set shows it", async () => {
  const { create, plan } = stage();
  const body = template(
    { P: parameter({ Ref: "Password" }) },
    { Parameters: { Password: { Type: "String", NoEcho: true } } },
  );
  await create("secret", body, { Parameters: [{ ParameterKey: "Password", ParameterValue: "hunter2" }] });

  const view = await plan("secret", "change", body, {
    Parameters: [{ ParameterKey: "Password", ParameterValue: "hunter3" }],
  });

  expect(view.Changes).toHaveLength(1);
  expect(JSON.stringify(view)).not.toMatch(/hunter[23]/);
});

test("with values each place in a property that differs is told by itself, without them the property as a whole", async () => {
  const { create, plan, changeSet } = stage();
  const rule = (days: number, more: readonly object[] = []) => ({
    Type: "AWS::S3::Bucket",
    Properties: {
      LifecycleConfiguration: {
        Rules: [{ Id: "old", Status: "Enabled", ExpirationInDays: days, Prefix: { Ref: "Prefix" } }, ...more],
      },
    },
  });
  const body = (bucket: object) =>
    template({ B: bucket }, { Parameters: { Prefix: { Type: "String", Default: "a" } } });
  await create("leaves", body(rule(1)));

  const added = { Id: "new", Status: "Enabled", ExpirationInDays: 3 };
  const view = await plan("leaves", "c", body(rule(2, [added])), {
    Parameters: [{ ParameterKey: "Prefix", ParameterValue: "b" }],
  });

  const at = "/Properties/LifecycleConfiguration/Rules";
  const told = view.Changes[0]?.Details.map(({ Target, ChangeSource }) => [
    Target.Path,
    Target.AttributeChangeType,
    Target.AfterValue,
    ChangeSource,
  ]);
  expect(told).toEqual([
    [`${at}/0/ExpirationInDays`, "Modify", "2", "DirectModification"],
    [`${at}/0/Prefix`, "Modify", "b", "ParameterReference"],
    [`${at}/0/Prefix`, "Modify", "b", "DirectModification"],
    [`${at}/1`, "Add", JSON.stringify({ Id: "new", Status: "Enabled", ExpirationInDays: "3" }), "DirectModification"],
  ]);
  const plain = (await changeSet("leaves", "c")).Changes[0]?.Details;
  expect(plain?.map(({ Target, CausingEntity }) => [Target, CausingEntity])).toEqual([
    [{ Attribute: "Properties", Name: "LifecycleConfiguration", RequiresRecreation: "Never" }, "Prefix"],
    [{ Attribute: "Properties", Name: "LifecycleConfiguration", RequiresRecreation: "Never" }, undefined],
  ]);
});

test("the tags of what EC2 has are an attribute of their own, as in AWS's examples", async () => {
  const { create, plan } = stage();
  const card = (more: object) => ({
    Type: "AWS::EC2::NetworkInterface",
    Properties: { SubnetId: "subnet-1", Description: "d", ...more },
  });
  await create("tags", template({ N: card({ Tags: [] }) }));

  const view = await plan("tags", "c", template({ N: card({ Tags: [{ Key: "Test", Value: "Test" }] }) }));

  expect(view.Changes).toMatchObject([
    {
      Scope: ["Tags"],
      Details: [
        {
          Target: {
            Attribute: "Tags",
            RequiresRecreation: "Never",
            Path: "/Properties/Tags/0",
            AfterValue: '{"Key":"Test","Value":"Test"}',
            AttributeChangeType: "Add",
          },
        },
      ],
    },
  ]);
});

test("a change of a policy alone is a change, and the contexts show policies and metadata beside the properties", async () => {
  const { create, plan, cfn, settled } = stage();
  await create("policy", template({ A: topic({ DisplayName: "a" }, { Metadata: { owner: "us" } }) }));

  const kept = topic({ DisplayName: "a" }, { Metadata: { owner: "us" }, DeletionPolicy: "Retain" });
  const view = await plan("policy", "c", template({ A: kept }));

  expect(view.Changes).toMatchObject([{ Action: "Modify", Replacement: "False", Scope: ["DeletionPolicy"] }]);
  const [change] = view.Changes;
  const around = { Properties: { DisplayName: "a" }, Metadata: { owner: "us" } };
  expect(JSON.parse(change?.BeforeContext ?? "")).toEqual(around);
  expect(JSON.parse(change?.AfterContext ?? "")).toEqual({ ...around, DeletionPolicy: "Retain" });

  await cfn("ExecuteChangeSet", { StackName: "policy", ChangeSetName: "c" });
  await settled("policy");
  const { StackId } = await settled("policy");
  await cfn("DeleteStack", { StackName: "policy" });
  await settled(StackId);
  const { StackResources } = await cfn("DescribeStackResources", { StackName: StackId });
  expect(StackResources, "the new policy holds").toMatchObject([{ ResourceStatus: "DELETE_SKIPPED" }]);
});

test("changing a stack tag touches every resource that carries tags", async () => {
  const { create, plan } = stage();
  const body = template({ A: topic(), B: parameter("x") });
  await create("tags", body, { Tags: [{ Key: "tenant", Value: "a" }] });

  const view = await plan("tags", "t", body, { Tags: [{ Key: "tenant", Value: "b" }] });

  expect(view.Changes.map(({ LogicalResourceId, Scope }) => [LogicalResourceId, Scope])).toEqual([
    ["A", ["Tags"]],
    ["B", ["Tags"]],
  ]);
});
