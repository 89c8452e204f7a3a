/** Parameters as CloudFormation makes them. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import type { MadeResource, Properties, ResourceContext, World } from "../../kernel.ts";
import { parametersOf, putParameter } from "./parameters.ts";

export function installSsmResources(world: World): void {
  const put = (
    name: string,
    properties: Properties,
    options: { context: ResourceContext; overwrite: boolean },
  ): MadeResource => {
    const { context, overwrite } = options;
    const tags = Object.entries((properties.Tags ?? {}) as Readonly<Record<string, string>>);
    putParameter(world, context.call.caller, {
      Name: name,
      Value: String(properties.Value),
      Type: properties.Type,
      Description: properties.Description,
      AllowedPattern: properties.AllowedPattern,
      DataType: properties.DataType,
      Tier: properties.Tier,
      Overwrite: overwrite,
      Tags: [...tags.map(([Key, Value]) => ({ Key, Value })), ...context.tags],
    });
    return made(name, { type: String(properties.Type), value: String(properties.Value) }, context);
  };
  world.resources.set("AWS::SSM::Parameter", {
    create: async (properties, context) => {
      const name = String(properties.Name ?? generatedName(world, "AWS::SSM::Parameter", context));
      return put(name, properties, { context, overwrite: false });
    },
    update: async (made, _before, after, context) => put(made.physicalId, after, { context, overwrite: true }),
    remove: async (made, _properties, { call }) => {
      parametersOf(world, call.caller).delete(made.physicalId);
    },
    read: async (made, properties, { call }) => {
      const version = parametersOf(world, call.caller).get(made.physicalId)?.versions.at(-1);
      if (version === undefined) return undefined;
      const described = properties.Description === undefined ? {} : { Description: version.description };
      return { ...properties, Type: version.type, Value: version.value, ...described };
    },
    adopt: ({ Name = "" }, context) => {
      const version = parametersOf(world, context.call.caller).get(Name)?.versions.at(-1);
      return version && made(Name, version, context);
    },
  });
}

/** A parameter with its attributes. */
function made(
  name: string,
  { type, value }: { readonly type: string; readonly value: string },
  { call }: Pick<ResourceContext, "call">,
): MadeResource {
  const { region, account } = call.caller;
  const Arn = `arn:aws:ssm:${region}:${account}:parameter${name.startsWith("/") ? name : `/${name}`}`;
  return { physicalId: name, attributes: { Type: type, Value: value, Arn } };
}
