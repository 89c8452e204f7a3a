import { expect, test } from "vitest";
import { cloudFormationFaults } from "../../../aws/cloudformation/stack/faults.ts";
import { installIam } from "../../../aws/services/iam/install.ts";
import { installLogs } from "../../../aws/services/logs/install.ts";
import { installS3 } from "../../../aws/services/s3/install.ts";
import { installSecretsManager } from "../../../aws/services/secrets-manager/install.ts";
import { installSsm } from "../../../aws/services/ssm/install.ts";
import { parameter, stage, template, topic } from "./stage.ts";

test("dynamic references are looked up, and secrets stay out of what stacks show", async () => {
  const on = stage();
  installSsm(on.world);
  installSecretsManager(on.world);
  await on.world.invoke("ssm", "PutParameter", { Name: "size", Value: "large", Type: "String" }, on.call);
  await on.world.invoke(
    "secrets-manager",
    "CreateSecret",
    { Name: "db", SecretString: JSON.stringify({ password: "hunter2" }) },
    on.call,
  );
  const body = template(
    {
      P: parameter("{{resolve:ssm:size}}!"),
      T: topic({ DisplayName: "{{resolve:secretsmanager:db:SecretString:password}}" }),
    },
    { Outputs: { Size: { Value: { "Fn::GetAtt": ["P", "Value"] } } } },
  );

  const { Outputs } = await on.create("dynamic", body);

  expect(Outputs).toEqual([{ OutputKey: "Size", OutputValue: "large!" }]);
  expect(JSON.stringify(await on.cfn("DescribeStackEvents", { StackName: "dynamic" }))).not.toContain("hunter2");
});

test("a missing secret fails the resource that needs it", async () => {
  const on = stage();
  installSecretsManager(on.world);
  const { StackStatus } = await on.create(
    "none",
    template({ T: topic({ DisplayName: "{{resolve:secretsmanager:none:SecretString:x}}" }) }),
  );
  expect(StackStatus).toBe("ROLLBACK_COMPLETE");
});

test("a stored value behind a parameter is read anew with every change set", async () => {
  const on = stage();
  installSsm(on.world);
  const put = (Value: string) =>
    on.world.invoke("ssm", "PutParameter", { Name: "label", Value, Type: "String", Overwrite: true }, on.call);
  await put("one");
  const body = template(
    { T: topic({ DisplayName: { Ref: "Label" } }) },
    { Parameters: { Label: { Type: "AWS::SSM::Parameter::Value<String>", Default: "label" } } },
  );
  await on.create("stored", body);
  await put("two");

  const { Changes } = await on.plan("stored", "c", body);

  expect(Changes[0]?.Details).toMatchObject([
    { ChangeSource: "DirectModification", Target: { BeforeValue: "one", AfterValue: "two" } },
  ]);
});

test("values that are stored nowhere are refused together, by the names they were looked for under", async () => {
  const on = stage();
  installSsm(on.world);
  const stored = (Default: string) => ({ Type: "AWS::SSM::Parameter::Value<String>", Default });
  const body = template({ T: topic() }, { Parameters: { A: stored("/first"), B: stored("/second") } });

  expect(await on.refusal("CreateStack", { StackName: "s", TemplateBody: JSON.stringify(body) })).toBe(
    "ValidationError: Unable to fetch parameters [/first,/second] from parameter store for this account.",
  );
});

test("a name that the caller gave and under which nothing is stored is a missing value of that parameter", async () => {
  const on = stage();
  installSsm(on.world);
  const Parameters = { A: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/first" } };
  const TemplateBody = JSON.stringify(template({ T: topic() }, { Parameters }));
  const asked = { StackName: "s", TemplateBody, Parameters: [{ ParameterKey: "A", ParameterValue: "/other" }] };

  expect(await on.refusal("CreateStack", asked)).toBe(
    "ValidationError: Parameter A should either have input value or default value",
  );
});

test("a stored value without a name to look for it under is refused as one that is missing", async () => {
  const on = stage();
  installSsm(on.world);
  const body = template(
    { T: topic() },
    { Parameters: { A: { Type: "AWS::SSM::Parameter::Value<String>", Default: "" } } },
  );

  expect(await on.refusal("CreateStack", { StackName: "s", TemplateBody: JSON.stringify(body) })).toBe(
    "ValidationError: Parameter A should either have input value or default value",
  );
});

test("a nested stack follows its parent through creation, failed update and deletion", async () => {
  const on = stage();
  installS3(on.world);
  await on.world.invoke("s3", "CreateBucket", { Bucket: "templates" }, on.call);
  const inner = template(
    { T: topic({ DisplayName: { Ref: "Label" } }) },
    { Parameters: { Label: { Type: "String" } }, Outputs: { Name: { Value: { "Fn::GetAtt": ["T", "TopicName"] } } } },
  );
  await on.world.invoke(
    "s3",
    "PutObject",
    { Bucket: "templates", Key: "inner.json", Body: Buffer.from(JSON.stringify(inner)) },
    on.call,
  );
  const TemplateURL = "https://templates.s3.eu-west-1.amazonaws.com/inner.json";
  const outer = (label: string, after: object) =>
    template(
      {
        Inner: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL, Parameters: { Label: label } } },
        After: { ...after, DependsOn: "Inner" },
      },
      { Outputs: { Inner: { Value: { "Fn::GetAtt": ["Inner", "Outputs.Name"] } } } },
    );
  const { StackId, StackStatus, Outputs } = await on.create("outer", outer("one", topic()));
  expect(StackStatus).toBe("CREATE_COMPLETE");
  expect(Outputs?.[0]?.OutputValue).toMatch(/^outer-Inner-[0-9A-Z]{12}-T-/);
  const [nested] = (await on.cfn("DescribeStackResources", { StackName: "outer", LogicalResourceId: "Inner" }))
    .StackResources;
  const label = async () =>
    ((await on.stack(nested.PhysicalResourceId)) as { Parameters?: readonly { ParameterValue: string }[] })
      .Parameters?.[0]?.ParameterValue;

  cloudFormationFaults(on.world).fail({ logicalId: "After", phase: "update", message: "no", times: 1 });
  const failed = await on.update("outer", outer("two", topic({ DisplayName: "changed" })));
  expect(failed.StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  expect(await label()).toBe("one");
  expect((await on.update("outer", outer("three", topic()))).StackStatus).toBe("UPDATE_COMPLETE");
  expect(await label()).toBe("three");
  await on.cfn("DeleteStack", { StackName: "outer" });
  await on.settled(StackId);
  expect((await on.stack(nested.PhysicalResourceId)).StackStatus).toBe("DELETE_COMPLETE");
});

test("a wait condition is there once it was signalled, and fails when nobody does", async () => {
  const on = stage();
  const body = template({
    H: { Type: "AWS::CloudFormation::WaitConditionHandle" },
    W: { Type: "AWS::CloudFormation::WaitCondition", Properties: { Handle: { Ref: "H" }, Timeout: "300" } },
  });
  expect((await on.create("silent", body)).StackStatus).toBe("ROLLBACK_COMPLETE");

  const { StackId } = await on.cfn("CreateStack", { StackName: "heard", TemplateBody: JSON.stringify(body) });
  await on.world.clock.sleep(30_000);
  await on.cfn("SignalResource", { StackName: "heard", LogicalResourceId: "W", UniqueId: "1", Status: "SUCCESS" });
  expect((await on.settled(StackId)).StackStatus).toBe("CREATE_COMPLETE");
});

test("a log group that exists already is named by its identifier, as its handler does", async () => {
  const on = stage();
  installLogs(on.world);
  await on.world.invoke("cloudwatch-logs", "CreateLogGroup", { logGroupName: "/taken" }, on.call);
  const { StackId } = await on.create(
    "s",
    template({ Logs: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "/taken" } } }),
  );
  const { StackEvents } = await on.cfn("DescribeStackEvents", { StackName: StackId });
  const failed = StackEvents.find((event: { ResourceStatus: string }) => event.ResourceStatus === "CREATE_FAILED");
  expect(failed.ResourceStatusReason).toContain(
    `Resource of type 'AWS::Logs::LogGroup' with identifier '{"/properties/LogGroupName":"/taken"}' already exists.`,
  );
});

test("IAM shows the instance profiles that a stack made, with their roles", async () => {
  const on = stage();
  installIam(on.world);
  const trust = { Version: "2012-10-17", Statement: [] };
  const role = { Type: "AWS::IAM::Role", Properties: { RoleName: "r", AssumeRolePolicyDocument: trust } };
  const profile = { Type: "AWS::IAM::InstanceProfile", Properties: { Path: "/app/", Roles: [{ Ref: "Role" }] } };
  const outputs = {
    Outputs: { Name: { Value: { Ref: "Profile" } }, Arn: { Value: { "Fn::GetAtt": ["Profile", "Arn"] } } },
  };
  const stack = await on.create("s", template({ Role: role, Profile: profile }, outputs), {
    Capabilities: ["CAPABILITY_NAMED_IAM"],
  });
  const [name, arn] = ["Name", "Arn"].map(
    (key) => stack.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue,
  );

  const { InstanceProfile } = await on.world.invoke<{ InstanceProfile: object }>(
    "iam",
    "GetInstanceProfile",
    { InstanceProfileName: name },
    on.call,
  );

  expect(InstanceProfile).toMatchObject({
    InstanceProfileName: name,
    Path: "/app/",
    Arn: arn,
    Roles: [{ RoleName: "r" }],
  });
  const listed = await on.world.invoke<{ InstanceProfiles: readonly object[] }>(
    "iam",
    "ListInstanceProfilesForRole",
    { RoleName: "r" },
    on.call,
  );
  expect(listed.InstanceProfiles).toHaveLength(1);
  await expect(
    on.world.invoke("iam", "GetInstanceProfile", { InstanceProfileName: "nobody" }, on.call),
  ).rejects.toThrow("Instance Profile nobody cannot be found.");
});
