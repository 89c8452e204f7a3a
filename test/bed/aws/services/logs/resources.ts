/** Log groups as CloudFormation makes them. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import type { Properties, ResourceContext, World } from "../../kernel.ts";
import { createGroup, groupFor, groupsOf, type LogGroup, setRetention } from "./groups.ts";

export function installLogResources(world: World): void {
  world.resources.set("AWS::Logs::LogGroup", {
    create: async (properties, context) => {
      const group = createGroup(world, context.call.caller, {
        name: String(properties.LogGroupName ?? generatedName(world, "AWS::Logs::LogGroup", context)),
        kmsKeyId: properties.KmsKeyId,
        class: properties.LogGroupClass,
        tags: tagsOf(properties, context),
      });
      setRetention(group, retentionOf(properties));
      return { physicalId: group.name, attributes: { Arn: `${group.arn}:*` } };
    },
    update: async (made, _before, after, context) => {
      const group: LogGroup = groupFor(world, { logGroupName: made.physicalId }, context.call.caller);
      setRetention(group, retentionOf(after));
      group.kmsKeyId = after.KmsKeyId;
      group.tags.clear();
      for (const [key, value] of Object.entries(tagsOf(after, context))) group.tags.set(key, value);
      return made;
    },
    remove: async (made, _properties, { call }) => {
      groupsOf(world, call.caller).delete(made.physicalId);
    },
    read: async (made, properties, { call }) => {
      const group = groupsOf(world, call.caller).get(made.physicalId);
      if (group === undefined) return undefined;
      return {
        ...properties,
        ...(properties.RetentionInDays !== undefined && { RetentionInDays: group.retentionInDays }),
        ...(properties.KmsKeyId !== undefined && { KmsKeyId: group.kmsKeyId }),
      };
    },
    adopt: ({ LogGroupName = "" }, { call }) => {
      const group = groupsOf(world, call.caller).get(LogGroupName);
      return group === undefined ? undefined : { physicalId: group.name, attributes: { Arn: `${group.arn}:*` } };
    },
  });
}

function retentionOf({ RetentionInDays: days }: Properties): number | undefined {
  return days === undefined ? undefined : Number(days);
}

function tagsOf(properties: Properties, { tags }: ResourceContext): Readonly<Record<string, string>> {
  const all = [...((properties.Tags ?? []) as readonly { readonly Key: string; readonly Value: string }[]), ...tags];
  return Object.fromEntries(all.map(({ Key, Value }) => [Key, Value]));
}
