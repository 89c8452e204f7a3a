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
    return { physicalId: name, attributes: { Type: properties.Type, Value: String(properties.Value) } };
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
    adopt: ({ Name = "" }, { call }) => {
      const version = parametersOf(world, call.caller).get(Name)?.versions.at(-1);
      if (version === undefined) return undefined;
      return { physicalId: Name, attributes: { Type: version.type, Value: version.value } };
    },
  });
}
