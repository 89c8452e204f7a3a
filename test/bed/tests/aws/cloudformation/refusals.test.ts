import { describe, expect, test } from "vitest";
import { cloudFormationFaults } from "../../../aws/cloudformation/stack/faults.ts";
import { stage, template, topic } from "./stage.ts";

const BODY = JSON.stringify(template({ A: topic({ DisplayName: "1" }) }));
const OTHER = JSON.stringify(template({ A: topic({ DisplayName: "2" }) }));

describe("with no such stack", () => {
  test.for([
    ["DescribeStacks", { StackName: "no" }, "ValidationError: Stack with id no does not exist"],
    ["GetTemplate", { StackName: "no" }, "ValidationError: Stack with id no does not exist"],
    ["DescribeStackEvents", { StackName: "no" }, "ValidationError: Stack [no] does not exist"],
    ["DescribeChangeSet", { StackName: "no", ChangeSetName: "c" }, "ValidationError: Stack [no] does not exist"],
    ["DeleteChangeSet", { StackName: "no", ChangeSetName: "c" }, "ValidationError: Stack [no] does not exist"],
    [
      "DescribeStackResource",
      { StackName: "no", LogicalResourceId: "A" },
      "ValidationError: Stack 'no' does not exist",
    ],
    [
      "CreateChangeSet",
      { StackName: "no", ChangeSetName: "c", TemplateBody: BODY },
      "ValidationError: Stack [no] does not exist",
    ],
    ["GetTemplate", {}, "ValidationError: StackName is required if ChangeSetName is not specified."],
    ["GetTemplate", { ChangeSetName: "c" }, "ValidationError: StackName is a required parameter."],
    [
      "DeleteChangeSet",
      { ChangeSetName: "c" },
      "ValidationError: StackName must be specified if ChangeSetName is not specified as an ARN.",
    ],
    ["DeleteStack", { StackName: "no" }, "accepted"],
  ] as const)("%s %j answers %s", async ([operation, input, answer]) => {
    expect(await stage().refusal(operation, input)).toBe(answer);
  });
});

describe("with a stack that is there", () => {
  test.for([
    ["CreateStack", { TemplateBody: BODY }, "AlreadyExistsException: Stack [s] already exists"],
    [
      "CreateChangeSet",
      { ChangeSetName: "c", ChangeSetType: "CREATE", TemplateBody: BODY },
      "ValidationError: Stack [s] already exists and cannot be created again with the changeSet [c].",
    ],
    ["UpdateStack", { TemplateBody: BODY }, "ValidationError: No updates are to be performed."],
    ["UpdateStack", {}, "ValidationError: Either Template URL or Template Body must be specified."],
    [
      "UpdateStack",
      { TemplateBody: OTHER, ResourceTypes: ["AWS::EC2::*"] },
      "ValidationError: Resource type AWS::SNS::Topic is not allowed by parameter ResourceTypes [AWS::EC2::*]",
    ],
    [
      "UpdateStack",
      { TemplateBody: OTHER, TemplateURL: "https://s3.amazonaws.com/bucket/t.yml" },
      "ValidationError: You cannot specify both Template URL and Template Body.",
    ],
    [
      "UpdateStack",
      { TemplateBody: OTHER, UsePreviousTemplate: true },
      "ValidationError: You cannot specify both usePreviousTemplate and Template Body/Template URL",
    ],
    [
      "CreateChangeSet",
      { StackName: "new", ChangeSetName: "c", ChangeSetType: "CREATE", UsePreviousTemplate: true },
      "ValidationError: Cannot specify usePreviousTemplate as true for a changeSetType CREATE",
    ],
    [
      "UpdateStack",
      { TemplateURL: "https://example.com/t.yml" },
      "ValidationError: TemplateURL must be a supported URL.",
    ],
    [
      "UpdateStack",
      { TemplateURL: "s3://bucket/t.yml" },
      "ValidationError: S3 error: Domain name specified in bucket is not a valid S3 domain",
    ],
    [
      "UpdateStack",
      {
        TemplateBody: OTHER,
        RollbackConfiguration: {
          RollbackTriggers: [{ Arn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:x", Type: "AWS::X" }],
        },
      },
      "ValidationError: Rollback Trigger Type not supported",
    ],
    ["DescribeChangeSet", { ChangeSetName: "c" }, "ChangeSetNotFound: ChangeSet [c] does not exist"],
    ["DescribeStackResource", { LogicalResourceId: "B" }, "ValidationError: Resource B does not exist for stack s"],
    [
      "SetStackPolicy",
      { StackPolicyBody: "no json" },
      "ValidationError: Error validating stack policy: Invalid stack policy",
    ],
    [
      "SetStackPolicy",
      { StackPolicyBody: "{}", StackPolicyURL: "https://x" },
      "ValidationError: You cannot specify both StackPolicyURL and StackPolicyBody",
    ],
    ["SetStackPolicy", { StackPolicyBody: "" }, /'stackPolicyBody' failed .* length greater than or equal to 1$/],
    [
      "CancelUpdateStack",
      {},
      "ValidationError: CancelUpdateStack cannot be called from current stack status CREATE_COMPLETE",
    ],
    ["ContinueUpdateRollback", {}, /is in CREATE_COMPLETE state and can not continue update rollback/],
    ["DeleteStack", { RetainResources: ["A"] }, /can only specify RetainResources for stacks in DELETE_FAILED state/],
    ["ListImports", { ExportName: "none" }, "ValidationError: Export 'none' is not imported by any stack."],
  ] as const)("%s %j answers %s", async ([operation, input, answer]) => {
    const { create, refusal } = stage();
    await create("s", JSON.parse(BODY));
    const said = await refusal(operation, { StackName: "s", ...input });
    if (typeof answer === "string") expect(said).toBe(answer);
    else expect(said).toMatch(answer);
  });
});

test("a deleted stack is found by its ARN only, and can neither be updated nor created again under it", async () => {
  const { create, cfn, settled, refusal, stack } = stage();
  const { StackId } = await create("gone", JSON.parse(BODY));
  await cfn("DeleteStack", { StackName: "gone" });
  await settled(StackId);

  expect((await stack(StackId)).StackStatus).toBe("DELETE_COMPLETE");
  expect(await refusal("DescribeStacks", { StackName: "gone" })).toBe(
    "ValidationError: Stack with id gone does not exist",
  );
  expect(await refusal("CreateChangeSet", { StackName: StackId, ChangeSetName: "c", TemplateBody: BODY })).toBe(
    `ValidationError: Stack:${StackId} is in DELETE_COMPLETE state and can not be updated.`,
  );
  expect(
    await refusal("CreateChangeSet", {
      StackName: StackId,
      ChangeSetName: "c",
      ChangeSetType: "CREATE",
      TemplateBody: BODY,
    }),
  ).toBe(`ValidationError: Stack [${StackId}] already exists and cannot be created again with the changeSet [c].`);
  expect((await create("gone", JSON.parse(BODY))).StackId).not.toBe(StackId);
});

test("a stack in review has no summary of its template yet", async () => {
  const { plan, refusal } = stage();
  await plan("new", "c", JSON.parse(BODY), { ChangeSetType: "CREATE" });
  expect(await refusal("GetTemplateSummary", { StackName: "new" })).toBe(
    "ValidationError: GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.",
  );
});

test("a template with a transform asks for the capability to expand it when it is deployed directly", async () => {
  const TemplateBody = JSON.stringify({ Transform: "AWS::LanguageExtensions", ...JSON.parse(BODY) });
  const { refusal } = stage();
  expect(await refusal("CreateStack", { StackName: "t", TemplateBody })).toBe(
    "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_AUTO_EXPAND]",
  );
  expect(
    await refusal("CreateChangeSet", { StackName: "t", ChangeSetName: "c", ChangeSetType: "CREATE", TemplateBody }),
  ).toBe("accepted");
});

test("what the bed does not model is an error, never a silent success", async () => {
  const { create, refusal } = stage();
  await create("s", JSON.parse(BODY));
  const input = { StackName: "s", ChangeSetName: "c", TemplateBody: OTHER, DeploymentMode: "REVERT_DRIFT" };
  expect(await refusal("CreateChangeSet", { ...input, IncludeNestedStacks: true })).toMatch(
    /does not model DeploymentMode REVERT_DRIFT with IncludeNestedStacks/,
  );
});

test("the template of a change set is found by its ARN alone", async () => {
  const { cfn } = stage();
  const TemplateBody = JSON.stringify(template({ A: topic() }));
  const { Id } = await cfn("CreateChangeSet", {
    StackName: "s",
    ChangeSetName: "c",
    ChangeSetType: "CREATE",
    TemplateBody,
  });
  expect((await cfn("GetTemplate", { ChangeSetName: Id })).TemplateBody).toBe(TemplateBody);
});

test("a name of a change set that is taken is refused with what the two differ in", async () => {
  const { create, cfn, refusal } = stage();
  const body = (value: string) =>
    JSON.stringify(template({ A: topic({ DisplayName: value }) }, { Parameters: { P: { Type: "String" } } }));
  const given = (value: string) => [{ ParameterKey: "P", ParameterValue: value }];
  await create("s", JSON.parse(BODY));
  const first = {
    StackName: "s",
    ChangeSetName: "c",
    TemplateBody: body("x"),
    Parameters: given("p"),
    ClientToken: "t",
  };
  const { Id } = await cfn("CreateChangeSet", first);

  const mismatch = "AlreadyExistsException: ChangeSet c cannot be created due to a mismatch with existing attribute";
  expect(await refusal("CreateChangeSet", { ...first, TemplateBody: body("y"), ClientToken: "u" })).toBe(
    `${mismatch} Template`,
  );
  expect(await refusal("CreateChangeSet", { ...first, Parameters: given("q"), ClientToken: "u" })).toBe(
    `${mismatch} Parameters`,
  );
  expect(await refusal("CreateChangeSet", { ...first, ClientToken: "u" })).toBe(`${mismatch} ClientToken`);
  expect((await cfn("CreateChangeSet", first)).Id).toBe(Id);
});

test("a tag can be given once, and not in the name of AWS", async () => {
  const Tags = [
    { Key: "team", Value: "a" },
    { Key: "team", Value: "b" },
  ];
  expect(await stage().refusal("CreateStack", { StackName: "s", TemplateBody: BODY, Tags })).toBe(
    "ValidationError: Tags contain duplicate keys; tag keys must be unique",
  );
  const ours = { StackName: "s", TemplateBody: BODY, Tags: [{ Key: "aws:team", Value: "a" }] };
  expect(await stage().refusal("CreateStack", ours)).toBe(
    "ValidationError: aws: prefixed tag key names are not allowed for external use.",
  );
});

test("a change set that is being worked out cannot be deleted", async () => {
  const { create, cfn, refusal, world } = stage();
  await create("s", JSON.parse(BODY));
  const named = { StackName: "s", ChangeSetName: "c" };
  await cfn("CreateChangeSet", { ...named, TemplateBody: OTHER });
  await world.clock.sleep(1000);

  expect(await refusal("DeleteChangeSet", named)).toBe(
    "InvalidChangeSetStatus: Cannot delete ChangeSet in status CREATE_IN_PROGRESS",
  );
  await world.clock.sleep(2000);
  expect(await refusal("DeleteChangeSet", named)).toBe("accepted");
});

test("what a failed deletion has deleted cannot be retained by the next", async () => {
  const { create, cfn, settled, refusal, world } = stage();
  const { StackId } = await create("s", template({ A: topic(), B: topic() }));
  cloudFormationFaults(world).fail({ logicalId: "A", phase: "remove", message: "in use" });
  await cfn("DeleteStack", { StackName: "s" });
  await settled(StackId);

  expect(await refusal("DeleteStack", { StackName: "s", RetainResources: ["A", "B"] })).toBe(
    "ValidationError: The specified resources to retain must be in a valid state. Do not specify resources that are in the DELETE_COMPLETE state.",
  );
  expect(await refusal("DeleteStack", { StackName: "s", RetainResources: ["A"] })).toBe("accepted");
});
