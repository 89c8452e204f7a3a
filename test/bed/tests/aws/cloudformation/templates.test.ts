// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of Fn::Sub
import { describe, expect, test } from "vitest";
import { parameter, stage, template, topic } from "./stage.ts";

describe("refuses", () => {
  test.for([
    ["{}", "Template format error: At least one Resources member must be defined."],
    ["[1", "Template format error: YAML not well-formed. (line 1, column 3)"],
    ['{"a"=1}', "Template format error: JSON not well-formed. (line 1, column 6)"],
    [
      '{"Resources":{"A":{}}}',
      "Template format error: [/Resources/A] Every Resources object must contain a Type member.",
    ],
    [
      '{"Resources":{"A":{"Type":"AWS::Nope::Thing"}}}',
      "Template format error: Unrecognized resource types: [AWS::Nope::Thing]",
    ],
    [
      '{"Resources":{"A":{"Type":"AWS::SNS::Topic","Properties":{"DisplayName":{"Ref":"B"}}}}}',
      "Template format error: Unresolved resource dependencies [B] in the Resources block of the template",
    ],
    ['{"Resources":{"A":{"Type":"AWS::SNS::Topic","DependsOn":"A"}}}', "Circular dependency between resources: [A]"],
    [
      '{"Resources":{"A":{"Type":"AWS::SNS::Topic","Properties":{"DisplayName":{"Fn::Select":["9",["a"]]}}}}}',
      "Template error: Fn::Select requires a list argument with two elements: an integer index and a list",
    ],
    [
      '{"Resources":{"A":{"Type":"AWS::SNS::Topic","Properties":null}}}',
      "[/Resources/A/Properties] 'null' values are not allowed in templates",
    ],
  ])("%s", async ([TemplateBody, message]) => {
    const { refusal } = stage();
    expect(await refusal("CreateStack", { StackName: "s", TemplateBody })).toBe(`ValidationError: ${message}`);
  });
});

describe("refuses parameters", () => {
  test.for([
    [{ Type: "String" }, undefined, "Parameters: [P] must have values"],
    [{ Type: "Number" }, "x", "Parameter 'P' must be a number."],
    [{ Type: "Number", MinValue: 2 }, "1", "Parameter 'P' must be a number not less than 2"],
    [{ Type: "String", AllowedValues: ["a", "b"] }, "c", "Parameter 'P' must be one of AllowedValues"],
    [{ Type: "String", AllowedPattern: "[a-z]+" }, "A", "Parameter 'P' must match pattern [a-z]+"],
    [
      { Type: "String", AllowedPattern: "[a-z]+", ConstraintDescription: "lower case" },
      "A",
      "Parameter P failed to satisfy constraint: lower case",
    ],
    [{ Type: "String", MinLength: 3 }, "ab", "Parameter 'P' must contain at least 3 characters"],
  ] as const)("%j given %j", async ([P, value, message]) => {
    const { refusal } = stage();
    const Parameters = value === undefined ? [] : [{ ParameterKey: "P", ParameterValue: value }];
    const TemplateBody = JSON.stringify(template({ A: topic() }, { Parameters: { P } }));
    expect(await refusal("CreateStack", { StackName: "s", TemplateBody, Parameters })).toBe(
      `ValidationError: ${message}`,
    );
  });

  test("with a previous value where there is none, or with a value beside it", async () => {
    const { cfn, refusal, settled } = stage();
    const TemplateBody = JSON.stringify(
      template({ A: topic() }, { Parameters: { P: { Type: "String" }, Q: { Type: "String", Default: "q" } } }),
    );
    const input = { StackName: "s", TemplateBody };
    const both = (...Parameters: readonly object[]) => ({ ...input, Parameters });
    const kept = { ParameterKey: "P", UsePreviousValue: true };
    expect(await refusal("CreateChangeSet", { ...both(kept), ChangeSetName: "c", ChangeSetType: "CREATE" })).toBe(
      "ValidationError: Cannot specify UsePreviousValue on Parameters when ChangeSetType is CREATE",
    );
    await cfn("CreateStack", { StackName: "s", TemplateBody: JSON.stringify(template({ A: topic() })) });
    await settled("s");
    expect(await refusal("UpdateStack", both(kept))).toBe(
      "ValidationError: Invalid input for parameter key P. Cannot specify usePreviousValue as true for a parameter key not in the previous template",
    );
    expect(await refusal("UpdateStack", both({ ...kept, ParameterValue: "p" }))).toBe(
      "ValidationError: Invalid input for parameter key P. Cannot specify usePreviousValue as true and non empty value for a parameter",
    );
  });

  test("that the template does not have", async () => {
    const { refusal } = stage();
    const input = {
      StackName: "s",
      TemplateBody: JSON.stringify(template({ A: topic() })),
      Parameters: [{ ParameterKey: "X", ParameterValue: "1" }],
    };
    expect(await refusal("CreateStack", input)).toBe("ValidationError: Parameters: [X] do not exist in the template");
  });
});

describe("carries out", () => {
  test.for([
    [{ "Fn::Join": ["-", ["a", { Ref: "AWS::Region" }, { Ref: "AWS::NoValue" }]] }, "a-eu-west-1"],
    [{ "Fn::Sub": "${AWS::AccountId}/${!Literal}" }, "123456789012/${Literal}"],
    [{ "Fn::Sub": ["${x}-${x}", { x: { "Fn::Select": [1, ["a", "b"]] } }] }, "b-b"],
    [{ "Fn::Select": [1, { "Fn::Split": [",", "a,b"] }] }, "b"],
    [{ "Fn::Select": [2, { "Fn::Cidr": ["10.0.0.0/16", 4, 8] }] }, "10.0.2.0/24"],
    [{ "Fn::Select": [0, { "Fn::GetAZs": "" }] }, "eu-west-1a"],
    [{ "Fn::FindInMap": ["M", "a", "b"] }, "mapped"],
    [{ "Fn::If": ["Yes", "then", "else"] }, "then"],
    [{ "Fn::If": ["No", "then", { "Fn::Base64": "x" }] }, "eA=="],
  ])("%j", async ([Value, expected]) => {
    const { create } = stage();
    const body = template(
      { A: topic() },
      {
        Mappings: { M: { a: { b: "mapped" } } },
        Conditions: {
          Yes: { "Fn::Equals": ["a", "a"] },
          No: { "Fn::And": [{ Condition: "Yes" }, { "Fn::Not": [{ Condition: "Yes" }] }] },
        },
        Outputs: { O: { Value } },
      },
    );
    expect((await create("f", body)).Outputs).toEqual([{ OutputKey: "O", OutputValue: expected }]);
  });

  test("short-form YAML like long-form JSON", async () => {
    const { cfn, settled } = stage();
    const yaml =
      'Resources:\n  A: { Type: AWS::SNS::Topic, Properties: { TopicName: !Sub "x-${AWS::Region}" } }\nOutputs:\n  N: { Value: !GetAtt A.TopicName }\n';
    await cfn("CreateStack", { StackName: "y", TemplateBody: yaml });
    expect((await settled("y")).Outputs).toEqual([{ OutputKey: "N", OutputValue: "x-eu-west-1" }]);
  });

  test("rules, and refuses a deployment that breaks one", async () => {
    const { refusal } = stage();
    const Rules = {
      Big: {
        RuleCondition: { "Fn::Equals": [{ Ref: "Env" }, "prod"] },
        Assertions: [{ Assert: { "Fn::Contains": [["m5"], { Ref: "Size" }] }, AssertDescription: "production is big" }],
      },
    };
    const TemplateBody = JSON.stringify(
      template({ A: topic() }, { Rules, Parameters: { Env: { Type: "String" }, Size: { Type: "String" } } }),
    );
    const given = (Env: string) => [
      { ParameterKey: "Env", ParameterValue: Env },
      { ParameterKey: "Size", ParameterValue: "t3" },
    ];
    expect(await refusal("CreateStack", { StackName: "s", TemplateBody, Parameters: given("prod") })).toMatch(
      /production is big/,
    );
    expect(await refusal("CreateStack", { StackName: "s", TemplateBody, Parameters: given("test") })).toBe("accepted");
  });
});

test("naming an IAM role asks for the capability that says so", async () => {
  const { refusal } = stage();
  const role = { Type: "AWS::IAM::Role", Properties: { RoleName: "r", AssumeRolePolicyDocument: {} } };
  expect(
    await refusal("CreateStack", {
      StackName: "s",
      TemplateBody: JSON.stringify(template({ R: role })),
      Capabilities: ["CAPABILITY_IAM"],
    }),
  ).toBe("InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]");
});

test("a missing required property fails the resource before its service is asked", async () => {
  const { create, cfn } = stage();
  const { StackStatus } = await create(
    "m",
    template({ P: { Type: "AWS::SSM::Parameter", Properties: { Value: "x" } }, Q: parameter("y") }),
  );
  expect(StackStatus).toBe("ROLLBACK_COMPLETE");
  const { StackEvents } = await cfn("DescribeStackEvents", { StackName: "m" });
  expect(StackEvents).toContainEqual(
    expect.objectContaining({
      ResourceStatusReason: "Property validation failure: [The property {/Type} is required]",
    }),
  );
});
