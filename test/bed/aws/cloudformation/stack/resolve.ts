import { AwsError, type Call, type World } from "../../kernel.ts";
import type { Blueprint, DeclaredResource } from "../blueprint.ts";
import { factsOf } from "../resources/facts.ts";
import { type Lookups, NOTHING_MADE, scopeOf } from "../scope.ts";
import { evaluate } from "../template/evaluate.ts";
import { refuse } from "../template/read.ts";
import { asText, type Evaluated, isList, isSection, type Section, settled, type Value } from "../template/value.ts";
import { withDynamicReferences } from "./dynamic-references.ts";
import type { Work } from "./events.ts";
import { exportsOf } from "./exports.ts";
import type { Output, Stack } from "./state.ts";

/** Values of resources as they are in the stack now. */
export function liveLookups(stack: Stack, where: { readonly world: World; readonly call: Call }): Lookups {
  const resource = (logicalId: string) => {
    const found = stack.resources.get(logicalId);
    return found === undefined || found.physicalId === ""
      ? refuse(`Unable to retrieve ${logicalId}, it has not been created`)
      : found;
  };
  return {
    ref: (logicalId) => resource(logicalId).physicalId,
    attribute: (logicalId, name) => attributeOf(resource(logicalId), name),
    importValue: (name) => {
      const found = exportsOf(where).get(name);
      if (found === undefined) return refuse(`No export named ${name} found.`);
      stack.importedNames.add(name);
      return found.value;
    },
  };
}

/** An attribute of a made resource: one the service gave, or one of its properties, by dotted path. */
export function attributeOf(
  {
    attributes,
    properties,
    declared,
  }: { attributes: Readonly<Record<string, unknown>>; properties: Section; declared: DeclaredResource },
  name: string,
): Evaluated {
  const given = attributes[name] ?? pathInto(attributes, name) ?? pathInto(properties, name);
  if (given === undefined || given === null) return unsupported(declared.type, name);
  return asText(given as Value);
}

function pathInto(root: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (isSection(value as Value) ? (value as Section)[key] : undefined), root);
}

function unsupported(type: string, name: string): never {
  return refuse(`Resource type ${type} does not support attribute {${name}}`);
}

/** Carries out the functions in a resource's properties, all other resources being what they are now. */
export async function resolvedProperties(
  work: Work,
  blueprint: Blueprint,
  declared: DeclaredResource,
): Promise<Section> {
  const scope = scopeOf(blueprint, liveLookups(work.stack, work));
  const properties = settled(evaluate(declared.properties, scope)) as Section;
  return withDynamicReferences(properties, "plain", work);
}

/** A resource's metadata with its functions carried out. */
export function resolvedMetadata(work: Work, blueprint: Blueprint, declared: DeclaredResource): Section | undefined {
  if (declared.metadata === undefined) return undefined;
  return settled(evaluate(declared.metadata, scopeOf(blueprint, liveLookups(work.stack, work)))) as Section;
}

/** The stack's outputs, all resources being made. */
export async function resolvedOutputs(work: Work, blueprint: Blueprint): Promise<readonly Output[]> {
  const scope = scopeOf(blueprint, liveLookups(work.stack, work));
  const text = async (value: Value | undefined): Promise<string | undefined> => {
    if (value === undefined) return undefined;
    const found = await withDynamicReferences(settled(evaluate(value, scope)), "plain", work);
    return isList(found) || isSection(found) ? JSON.stringify(found) : String(found);
  };
  return Promise.all(
    Object.entries(blueprint.outputs).map(async ([key, part]) => {
      const output = part as Section;
      const exported = isSection(output.Export) ? output.Export.Name : undefined;
      return {
        key,
        value: (await text(output.Value)) ?? "",
        description: output.Description === undefined ? undefined : String(output.Description),
        exportName: await text(exported),
      };
    }),
  );
}

/**
 * Why AWS would stop before it touches a resource: an attribute that a type does not have, an export that is not there.
 * Undefined if nothing stands in the way.
 */
export function openingComplaint(
  work: Pick<Work, "world" | "call" | "stack">,
  blueprint: Blueprint,
): string | undefined {
  const wrong = attributeComplaint(blueprint);
  if (wrong !== undefined) return wrong;
  const { importValue } = liveLookups(work.stack, work);
  const scope = scopeOf(blueprint, { ...NOTHING_MADE, importValue });
  try {
    for (const { properties } of blueprint.resources.values()) evaluate(properties, scope);
    for (const output of Object.values(blueprint.outputs)) evaluate((output as Section).Value ?? "", scope);
    return undefined;
  } catch (cause) {
    if (cause instanceof AwsError) return cause.message;
    throw cause;
  }
}

/**
 * The first Fn::GetAtt of an attribute that its resource type does not have, as AWS complains about it when it starts to work on
 * a stack; undefined if there is none.
 */
function attributeComplaint({ document, resources, outputs }: Blueprint): string | undefined {
  const complain = (value: Value, path: string): string | undefined => {
    if (isList(value)) return value.map((entry, index) => complain(entry, `${path}/${index}`)).find(Boolean);
    if (!isSection(value)) return undefined;
    const target = value["Fn::GetAtt"];
    const [logicalId, ...names] = typeof target === "string" ? target.split(/\.(.*)/s) : isList(target) ? target : [];
    const type = resources.get(String(logicalId))?.type;
    if (type !== undefined && names.every((name) => typeof name === "string")) {
      const name = names.filter((part) => part !== "").join(".");
      if (!supports(type, name))
        return `[Error] ${path}/Fn::GetAtt: Resource type ${type} does not support attribute {${name}}.`;
    }
    return Object.entries(value)
      .map(([key, entry]) => complain(entry, `${path}/${key}`))
      .find(Boolean);
  };
  const all = document.Resources;
  const active = Object.fromEntries(Object.entries(isSection(all) ? all : {}).filter(([name]) => resources.has(name)));
  return complain(active, "/Resources") ?? complain(outputs, "/Outputs");
}

function supports(type: string, name: string): boolean {
  const facts = factsOf(type);
  if (facts === undefined || type === "AWS::CloudFormation::Stack") return true;
  const first = name.split(".")[0] ?? name;
  return [name, first].some((one) => Object.hasOwn(facts.attributes, one)) || facts.properties[first] !== undefined;
}
