import { describe, expect, test } from "vitest";
import { stage, template, topic } from "./stage.ts";

const PLAIN = template({ A: topic() });

/** What creating a change set with this template answers. */
async function answerTo(document: object): Promise<string> {
  const { refusal } = stage();
  const TemplateBody = JSON.stringify(document);
  return refusal("CreateChangeSet", { StackName: "s", ChangeSetName: "c", ChangeSetType: "CREATE", TemplateBody });
}

describe("a section that is wrong", () => {
  test.for<readonly [string, object, string]>([
    ["an unknown one", { ...PLAIN, Resource: {} }, "Invalid template property or properties [Resource]"],
    [
      "a version that never was",
      { ...PLAIN, AWSTemplateFormatVersion: "2010-09-10" },
      "Template format error: unsupported value for AWSTemplateFormatVersion.",
    ],
    [
      "a long description",
      { ...PLAIN, Description: "x".repeat(1025) },
      "Template format error: 'Description' length is greater than 1024.",
    ],
    [
      "a type of parameter that does not exist",
      { ...PLAIN, Parameters: { P: { Type: "Bool", Default: "x" } } },
      "Template format error: Unrecognized parameter type: Bool",
    ],
    [
      "a parameter with an unknown key",
      { ...PLAIN, Parameters: { P: { Type: "String", Value: "x" } } },
      "Invalid template parameter property 'Value'",
    ],
    [
      "a default that is a list",
      { ...PLAIN, Parameters: { P: { Type: "CommaDelimitedList", Default: ["x"] } } },
      "Template format error: Every Default member must be a string.",
    ],
    [
      "a parameter called like a resource",
      { ...PLAIN, Parameters: { A: { Type: "String", Default: "x" } } },
      "Template error: all resources and parameters must have unique names. Common name(s):[A]",
    ],
    [
      "an output's name",
      { ...PLAIN, Outputs: { "o-x": { Value: "x" } } },
      "Template format error: Outputs name 'o-x' is non alphanumeric.",
    ],
    [
      "mappings that are a text",
      { ...PLAIN, Mappings: "x" },
      "Template format error: Any Mappings member must be an object.",
    ],
    [
      "an output's description that is a function",
      { ...PLAIN, Outputs: { O: { Value: "x", Description: { Ref: "AWS::Region" } } } },
      "Template format error: Every Description member must be a string.",
    ],
    [
      "an output that is a list",
      { ...PLAIN, Outputs: { O: { Value: { "Fn::Split": [",", "a,b"] } } } },
      "Template format error: The Value field of every Outputs member must evaluate to a String and not a List.",
    ],
    [
      "an export's name",
      { ...PLAIN, Outputs: { O: { Value: "x", Export: { Name: "a b" } } } },
      "Template format error: Output O is malformed. The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens.",
    ],
    [
      "a condition that reads a resource",
      { ...PLAIN, Conditions: { C: { "Fn::Equals": ["x", { Ref: "A" }] } } },
      "Template format error: Unresolved dependencies [A]. Cannot reference resources in the Conditions block of the template",
    ],
    [
      "a condition that is a text",
      { ...PLAIN, Conditions: { C: "true" } },
      "Template format error: Conditions can only be boolean operations on parameters and other conditions",
    ],
    [
      "a dependency that is a function",
      template({ A: topic({}, { DependsOn: { Ref: "B" } }), B: topic() }),
      "Template format error: DependsOn must be a string or list of strings.",
    ],
    [
      "a policy that does not exist",
      template({ A: topic({}, { DeletionPolicy: "Keep" }) }),
      "Template format error: Unrecognized DeletionPolicy Keep for resource A",
    ],
    [
      "a snapshot of what has none",
      template({ A: topic({}, { DeletionPolicy: "Snapshot" }) }),
      "Template error: resource type AWS::SNS::Topic does not support deletion policy Snapshot",
    ],
  ])("is refused in AWS's words: %s", async ([, document, message]) => {
    expect(await answerTo(document)).toBe(`ValidationError: ${message}`);
  });

  test("an empty body is refused before anything reads it", async () => {
    const { refusal } = stage();
    expect(
      await refusal("CreateChangeSet", {
        StackName: "s",
        ChangeSetName: "c",
        ChangeSetType: "CREATE",
        TemplateBody: "",
      }),
    ).toBe(
      "ValidationError: 1 validation error detected: Value '' at 'templateBody' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  });
});

describe("a function that is used wrongly", () => {
  test.for<readonly [object, string]>([
    [{ Ref: ["B"] }, "Template error: every Ref object must have a single String value."],
    [
      { "Fn::GetAtt": ["A"] },
      "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute",
    ],
    [
      { "Fn::Sub": `\${Nobody.Arn}` },
      "Template error: instance of Fn::Sub references invalid resource attribute Nobody.Arn",
    ],
    [
      { "Fn::Sub": `\${my-name}` },
      "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons",
    ],
    [
      { "Fn::FindInMap": ["Nowhere", "a", "b"] },
      "Template error: Mapping named 'Nowhere' is not present in the 'Mappings' section of template.",
    ],
    [{ "Fn::Base64": ["x"] }, "Template error: every Fn::Base64 object must have a String-typed value."],
    [
      { "Fn::Select": [2, { "Fn::Split": [",", "a,b"] }] },
      "Template error: Fn::Select cannot select nonexistent value at index 2",
    ],
    [
      { "Fn::FindInMap": ["M", "a", { Ref: "B" }] },
      "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value",
    ],
  ])("is refused in AWS's words: %j", async ([value, message]) => {
    const document = template({ A: topic({ DisplayName: value }), B: topic() }, { Mappings: { M: { a: { b: "c" } } } });
    expect(await answerTo(document)).toBe(`ValidationError: ${message}`);
  });

  test.for([
    { Ref: "B" },
    { "Fn::Sub": `x-\${Nobody}` },
    { "Fn::ImportValue": "x" },
    { "Fn::Select": [0, { "Fn::GetAZs": "" }] },
  ])("a name of an import that depends on more than parameters is refused: %j", async (name) => {
    expect(await answerTo(template({ A: topic({ DisplayName: { "Fn::ImportValue": name } }), B: topic() }))).toBe(
      "ValidationError: Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs",
    );
  });

  test("a name of an import may read what AWS provides", async () => {
    const name = { "Fn::Sub": `\${AWS::Region}-x` };
    expect(await answerTo(template({ A: topic({ DisplayName: { "Fn::ImportValue": name } }) }))).toBe("accepted");
  });

  test.for(["Fn::Nothing", "Fn::ToJsonString"])("%s is not one of the functions there are", async (name) => {
    expect(await answerTo(template({ A: topic({ DisplayName: { [name]: "x" } }) }))).toMatch(
      `ValidationError: Template Error: Encountered unsupported function: ${name} Supported functions are: [Fn::Base64, `,
    );
  });

  test("an output that reads an attribute of nothing names the function", async () => {
    expect(await answerTo({ ...PLAIN, Outputs: { O: { Value: { "Fn::GetAtt": ["Nobody", "Arn"] } } } })).toBe(
      "ValidationError: Template error: instance of Fn::GetAtt references undefined resource Nobody",
    );
  });
});

describe("a template that is only validated", () => {
  const validate = async (document: object): Promise<string> =>
    stage().refusal("ValidateTemplate", { TemplateBody: JSON.stringify(document) });
  const branch = (value: unknown) =>
    template(
      { A: topic({ DisplayName: { "Fn::If": ["C", "x", value] } }) },
      { Conditions: { C: { "Fn::Equals": [{ Ref: "P" }, "p"] } }, Parameters: { P: { Type: "String" } } },
    );

  // github.com/aws/aws-cli issues 2684 and 7226, github.com/aws-solutions/innovation-sandbox-on-aws issue 137
  test.for<readonly [string, object, string]>([
    [
      "types that AWS does not have",
      template({ A: { Type: "AWS::No::Thing" }, B: { Type: "AWS::No::Thing" }, C: { Type: "AWS::No::Other" } }),
      "Template format error: Unrecognized resource types: [AWS::No::Thing, AWS::No::Other]",
    ],
    [
      "a function of a wrong form, in a branch that only a parameter decides about",
      branch({ "Fn::Join": ["-", "x"] }),
      "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.",
    ],
    [
      "a condition of a wrong form",
      template({ A: topic() }, { Conditions: { C: { "Fn::Equals": ["x"] } } }),
      "Template error: every Fn::Equals object requires a list of 2 string parameters.",
    ],
    [
      "resources that wait for one another",
      template({ A: topic({ DisplayName: { Ref: "B" } }), B: topic({}, { DependsOn: "A" }) }),
      "Circular dependency between resources: [A, B]",
    ],
  ])("is refused for %s", async ([, document, message]) => {
    expect(await validate(document)).toBe(`ValidationError: ${message}`);
  });

  test.for<readonly [string, object]>([
    ["a key of a mapping that a parameter gives", branch({ "Fn::FindInMap": ["M", { Ref: "P" }, "x"] })],
    ["a list that a parameter gives", branch({ "Fn::Join": [",", { Ref: "P" }] })],
    ["a zone that only some regions have", branch({ "Fn::Select": [5, { "Fn::GetAZs": "" }] })],
    ["a custom resource", template({ A: { Type: "Custom::Thing", Properties: { ServiceToken: "x" } } })],
    ["types that a transform replaces", template({ A: { Type: "AWS::Macro::Thing" } }, { Transform: "Mine" })],
  ])("is not refused for %s", async ([, document]) => {
    expect(await validate(document)).toBe("accepted");
  });

  test("nor is a summary given of types that AWS does not have", async () => {
    const TemplateBody = JSON.stringify(template({ A: { Type: "AWS::No::Thing" } }));
    expect(await stage().refusal("GetTemplateSummary", { TemplateBody })).toBe(
      "ValidationError: Template format error: Unrecognized resource types: [AWS::No::Thing]",
    );
  });
});
