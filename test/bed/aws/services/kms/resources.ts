/** Keys and aliases as CloudFormation makes them. */
import type { Properties, ResourceContext, World } from "../../kernel.ts";
import { aliasesOf, createAlias, createKey, type Key, keyFor, keysOf } from "./keys.ts";

const DAY = 24 * 60 * 60 * 1000;

export function installKmsResources(world: World): void {
  world.resources.set("AWS::KMS::Key", {
    create: async (properties, { call, tags }) => {
      const key = createKey(world, call.caller, {
        description: properties.Description ?? "",
        multiRegion: properties.MultiRegion === true,
        tags: tagMap(properties, tags),
        ...{ usage: properties.KeyUsage, spec: properties.KeySpec, origin: properties.Origin },
        policy: properties.KeyPolicy && JSON.stringify(properties.KeyPolicy),
      });
      configure(key, properties);
      return { physicalId: key.id, attributes: { Arn: key.arn, KeyId: key.id } };
    },
    update: async (made, _before, after, { call, tags }) => {
      const key = keyFor(world, call.caller, made.physicalId);
      key.tags.clear();
      for (const [name, value] of tagMap(after, tags)) key.tags.set(name, value);
      key.description = after.Description ?? "";
      if (after.KeyPolicy !== undefined) key.policy = JSON.stringify(after.KeyPolicy);
      configure(key, after);
      return made;
    },
    remove: async (made, properties, { call }) => {
      const key = keysOf(world, call.caller).get(made.physicalId);
      if (key === undefined) return;
      key.state = "PendingDeletion";
      key.deletionDate = new Date(world.clock.now() + Number(properties.PendingWindowInDays ?? 30) * DAY);
    },
    read: async (made, properties, { call }) => {
      const key = keysOf(world, call.caller).get(made.physicalId);
      if (key === undefined || key.state === "PendingDeletion") return undefined;
      return {
        ...properties,
        ...(properties.KeyPolicy !== undefined && { KeyPolicy: JSON.parse(key.policy) }),
        ...(properties.EnableKeyRotation !== undefined && { EnableKeyRotation: key.rotates }),
        ...(properties.Enabled !== undefined && { Enabled: key.state === "Enabled" }),
      };
    },
    adopt: ({ KeyId = "" }, { call }) => {
      const key = keysOf(world, call.caller).get(KeyId);
      if (key === undefined || key.state === "PendingDeletion") return undefined;
      return { physicalId: key.id, attributes: { Arn: key.arn, KeyId: key.id } };
    },
  });
  world.resources.set("AWS::KMS::Alias", {
    create: async (properties, { call }) => {
      const name = String(properties.AliasName);
      createAlias(world, call.caller, { name, target: String(properties.TargetKeyId) });
      return { physicalId: name, attributes: {} };
    },
    update: async (made, _before, after, { call }) => {
      const aliases = aliasesOf(world, call.caller);
      const changedAt = new Date(world.clock.now());
      const { at = changedAt } = aliases.get(made.physicalId) ?? {};
      const { id: key } = keyFor(world, call.caller, String(after.TargetKeyId));
      aliases.set(made.physicalId, { key, at, changedAt });
      return made;
    },
    remove: async (made, _properties, { call }) => {
      aliasesOf(world, call.caller).delete(made.physicalId);
    },
    adopt: ({ AliasName = "" }, { call }) =>
      aliasesOf(world, call.caller).has(AliasName) ? { physicalId: AliasName, attributes: {} } : undefined,
  });
}

function tagMap(properties: Properties, tags: ResourceContext["tags"]): Map<string, string> {
  const own = (properties.Tags ?? []) as ResourceContext["tags"];
  return new Map([...own, ...tags].map(({ Key, Value }) => [Key, Value]));
}

function configure(key: Key, properties: Properties): void {
  key.rotates = properties.EnableKeyRotation === true;
  key.rotationDays = Number(properties.RotationPeriodInDays ?? 365);
  key.state = properties.Enabled === false ? "Disabled" : "Enabled";
}
