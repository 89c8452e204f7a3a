// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of Fn::Sub and Fn::ForEach
import { describe, expect, test } from "vitest";
import { stage, topic } from "./stage.ts";

/** Deploys a template with the transform, and gives the stack and what the transform made of it. */
async function expanded(document: object) {
  const { create, cfn } = stage();
  const body = { Transform: "AWS::LanguageExtensions", ...document };
  const stack = await create("s", body, { Capabilities: ["CAPABILITY_AUTO_EXPAND"] });
  const { TemplateBody } = await cfn("GetTemplate", { StackName: "s", TemplateStage: "Processed" });
  return { status: stack.StackStatus, outputs: stack.Outputs, processed: JSON.parse(TemplateBody) };
}

describe("a loop", () => {
  test("makes resources, conditions and outputs of each entry, and their names refer to one another", async () => {
    const { status, processed, outputs } = await expanded({
      Conditions: { "Fn::ForEach::Conditions": ["N", ["a", "b"], { "Is${N}": { "Fn::Equals": [{ Ref: "N" }, "a"] } }] },
      Resources: {
        "Fn::ForEach::Topics": ["N", ["a", "b"], { "Topic${N}": topic({ DisplayName: { Ref: "N" } }) }],
      },
      Outputs: {
        "Fn::ForEach::Outputs": [
          "N",
          ["a", "b"],
          { "Out${N}": { Condition: "Is${N}", Value: { "Fn::GetAtt": [{ "Fn::Sub": "Topic${N}" }, "TopicName"] } } },
        ],
      },
    });
    expect(status).toBe("CREATE_COMPLETE");
    expect(processed.Conditions).toEqual({ Isa: { "Fn::Equals": ["a", "a"] }, Isb: { "Fn::Equals": ["b", "a"] } });
    expect(Object.keys(processed.Resources)).toEqual(["Topica", "Topicb"]);
    expect(processed.Outputs.Outb.Value).toEqual({ "Fn::GetAtt": ["Topicb", "TopicName"] });
    expect(outputs?.map(({ OutputKey }) => OutputKey)).toEqual(["Outa"]);
  });

  test("takes only letters and digits into a name after an ampersand", async () => {
    const { processed } = await expanded({
      Resources: {
        "Fn::ForEach::Topics": ["N", ["10.0.0.1", "b-c"], { "Topic&{N}": topic({ DisplayName: { Ref: "N" } }) }],
      },
    });
    expect(processed.Resources).toEqual({
      Topic10001: topic({ DisplayName: "10.0.0.1" }),
      Topicbc: topic({ DisplayName: "b-c" }),
    });
  });

  test("is malformed without the transform", async () => {
    const { refusal } = stage();
    const TemplateBody = JSON.stringify({ Resources: { "Fn::ForEach::Topics": ["N", ["a"], { "T${N}": topic() }] } });
    expect(await refusal("CreateStack", { StackName: "s", TemplateBody })).toBe(
      "ValidationError: Template format error: [/Resources/Fn::ForEach::Topics] resource definition is malformed",
    );
  });
});

test("functions are carried out where the language itself only knows text, so that dependencies are seen", async () => {
  const { status, processed } = await expanded({
    Parameters: { Name: { Type: "String", Default: "A" }, Policy: { Type: "String", Default: "Retain" } },
    Resources: {
      B: topic({ DisplayName: { "Fn::GetAtt": [{ Ref: "Name" }, "TopicName"] } }),
      C: topic({ DisplayName: { Ref: { "Fn::Sub": "${Name}" } } }),
      A: topic({}, { DeletionPolicy: { Ref: "Policy" } }),
    },
  });
  expect(status).toBe("CREATE_COMPLETE");
  expect(processed.Resources).toEqual({
    B: topic({ DisplayName: { "Fn::GetAtt": ["A", "TopicName"] } }),
    C: topic({ DisplayName: { Ref: "A" } }),
    A: topic({}, { DeletionPolicy: "Retain" }),
  });
});

test.for([
  [{ "Fn::FindInMap": ["M", "other", "k", { DefaultValue: "instead" }] }, "instead"],
  [{ "Fn::FindInMap": ["Missing", "a", "k", { DefaultValue: "instead" }] }, "instead"],
  [{ "Fn::FindInMap": ["M", { "Fn::Select": [0, ["a"]] }, "k"] }, "v"],
  [{ "Fn::Length": { "Fn::Split": ["|", "a|b|c"] } }, 3],
  [{ "Fn::ToJsonString": { region: { Ref: "AWS::Region" }, on: true } }, '{"region":"eu-west-1","on":true}'],
] as const)("%j becomes %j in the processed template", async ([value, result]) => {
  const { processed } = await expanded({
    Mappings: { M: { a: { k: "v" } } },
    Resources: { A: topic({ DisplayName: value }) },
  });
  expect(processed.Resources.A.Properties.DisplayName).toBe(result);
});

test("a policy that a function makes up is looked at like a written one", async () => {
  const { refusal } = stage();
  const TemplateBody = JSON.stringify({
    Conditions: { Yes: { "Fn::Equals": ["a", "a"] } },
    Resources: { A: topic({}, { DeletionPolicy: { "Fn::If": ["Yes", "Keep", "Delete"] } }) },
  });
  expect(await refusal("CreateStack", { StackName: "s", TemplateBody })).toBe(
    "ValidationError: Template format error: Unrecognized DeletionPolicy Keep for resource A",
  );
});
