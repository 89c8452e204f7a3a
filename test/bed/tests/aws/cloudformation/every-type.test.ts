/** What holds for every resource type that AWS publishes: what its schema says, its resources do. */
import { expect, test } from "vitest";
import { factsOf, publishedTypes, type TypeFacts } from "../../../aws/cloudformation/resources/facts.ts";
import { requiredProperties, sampleOf } from "./sample-properties.ts";
import { type StackView, stage, template } from "./stage.ts";

/** Stacks inside stacks want a template, waiting wants a signal, macros and custom resources are not modelled. */
const APART = /^AWS::CloudFormation::(Stack|Macro|CustomResource|WaitCondition)$/;
const Capabilities = ["CAPABILITY_NAMED_IAM"];

/** Where one of several properties is required, which schemas as they are published do not say. */
const ONE_OF: Readonly<Record<string, object>> = {
  "AWS::EC2::Route": { DestinationCidrBlock: "10.0.0.0/16" },
  "AWS::IAM::Policy": { Users: ["value1"] },
};

interface Subject {
  readonly type: string;
  readonly facts: TypeFacts;
  readonly properties: Record<string, unknown>;
}

function subjects(): readonly Subject[] {
  return publishedTypes()
    .filter((type) => !APART.test(type))
    .flatMap((type): readonly Subject[] => {
      const facts = factsOf(type);
      if (facts === undefined) return [];
      return [{ type, facts, properties: { ...requiredProperties(facts, 1), ...ONE_OF[type] } }];
    });
}

function resources(type: string, ...all: readonly object[]): object {
  return template(Object.fromEntries(all.map((Properties, index) => [`R${index}`, { Type: type, Properties }])));
}

/** Everything that is wrong with any type, by type. */
async function complaints(check: (subject: Subject) => Promise<readonly string[]>): Promise<readonly string[]> {
  const found: string[] = [];
  for (const subject of subjects()) found.push(...(await check(subject)).map((one) => `${subject.type}: ${one}`));
  return found;
}

function deployment() {
  const on = stage();
  const idOf = async (): Promise<string> =>
    (await on.cfn("DescribeStackResources", { StackName: "s" })).StackResources[0].PhysicalResourceId;
  return { ...on, idOf };
}

const status = ({ StackStatus }: StackView, wanted: string): readonly string[] =>
  StackStatus === wanted ? [] : [`${StackStatus} instead of ${wanted}`];

test("there are as many types as AWS publishes", () => {
  expect(subjects().length).toBeGreaterThan(1500);
});

test("a resource of every type is made with an id of its identifier's form, and gone when its stack is", async () => {
  const found = await complaints(async ({ type, facts, properties }) => {
    const { create, cfn, settled, idOf } = deployment();
    const stack = await create("s", resources(type, properties), { Capabilities });
    const failed = status(stack, "CREATE_COMPLETE");
    if (failed.length > 0) return failed;
    const id = await idOf();
    const [member, ...others] = facts.identifier;
    const given = member === undefined ? undefined : properties[member];
    const wrong = [
      ...(id === "" || /undefined|\[object|\$\{/.test(id) ? [`id ${id}`] : []),
      ...(others.length === 0 && typeof given === "string" && !id.includes(given) ? [`${member} is not in ${id}`] : []),
      ...(others.length === 0 && given === undefined && member?.endsWith("Arn") && !id.startsWith("arn:aws:")
        ? [`${member} is ${id}`]
        : []),
    ];
    await cfn("DeleteStack", { StackName: "s" });
    return [...wrong, ...status(await settled(stack.StackId), "DELETE_COMPLETE")];
  });
  expect(found).toEqual([]);
});

test("every attribute of every type can be read, and is a list, a number or an ARN where it should be", async () => {
  const found = await complaints(async ({ type, facts, properties }) => {
    const { create } = deployment();
    const names = Object.keys(facts.attributes).slice(0, 150);
    const outputs = names.map((name, index): [string, object] => {
      const value = { "Fn::GetAtt": ["R0", name] };
      const isList = Array.isArray(facts.attributes[name]) && facts.attributes[name][0] === "list";
      return [`O${index}`, { Value: isList ? { "Fn::Join": ["", value] } : value }];
    });
    const body = { ...resources(type, properties), Outputs: Object.fromEntries(outputs) };
    const stack = await create("s", body, { Capabilities });
    const values = new Map(stack.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    return names.flatMap((name, index) => {
      const value = values.get(`O${index}`);
      const wanted = facts.attributes[name];
      if (value === undefined || value === "" || /undefined|\[object/.test(value)) return [`${name} is ${value}`];
      if ((wanted === "integer" || wanted === "number") && Number.isNaN(Number(value))) return [`${name} is ${value}`];
      if (wanted === "boolean" && !/^(true|false)$/.test(value)) return [`${name} is ${value}`];
      return /^(Arn|.*Arn)$/.test(name) && wanted === "string" && !value.startsWith("arn:aws")
        ? [`${name} is ${value}`]
        : [];
    });
  });
  expect(found).toEqual([]);
});

test("a property that may change keeps the resource, one that may not makes another", async () => {
  const found = await complaints(async ({ type, facts, properties }) => {
    const { create, update, idOf } = deployment();
    await create("s", resources(type, properties), { Capabilities });
    const id = await idOf();
    const wrong: string[] = [];
    const change = async (names: readonly string[], replaces: boolean): Promise<void> => {
      const before = JSON.stringify(properties);
      for (const name of names) {
        const property = facts.properties[name];
        if (property !== undefined) properties[name] = sampleOf(property, facts, 2);
      }
      if (JSON.stringify(properties) === before) return;
      const stack = await update("s", resources(type, properties), { Capabilities });
      wrong.push(...status(stack, "UPDATE_COMPLETE").map((one) => `${names}: ${one}`));
      if (((await idOf()) === id) === replaces) wrong.push(`${names} ${replaces ? "keeps" : "changes"} ${id}`);
    };
    const named = (replaces: string): readonly string[] =>
      Object.keys(facts.properties).filter((name) => facts.properties[name]?.replaces === replaces);
    await change(
      named("no")
        .filter((name) => !facts.identifier.includes(name))
        .slice(0, 1),
      false,
    );
    // Everything that is set and may not change: a name that stayed would stand in the way of the new resource.
    const set = named("yes").filter((name) => properties[name] !== undefined);
    await change(set.length > 0 ? set : named("yes").slice(0, 1), true);
    return wrong;
  });
  expect(found).toEqual([]);
});
