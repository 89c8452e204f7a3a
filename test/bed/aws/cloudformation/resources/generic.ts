import {
  AwsError,
  type MadeResource,
  type Properties,
  type ResourceContext,
  type ResourceHandler,
} from "../../kernel.ts";
import type { Section } from "../template/value.ts";
import { attributesOf } from "./attributes.ts";
import { attributeSources, declaredOf, type Known, keyOf, liveResources, recordsOf } from "./declared.ts";
import { factsOf } from "./facts.ts";
import { identify } from "./identity.ts";

/**
 * A handler for any type that AWS publishes: keeps the properties, gives believable ids and attributes, and refuses a second
 * resource of the same name.
 *
 * @throws AwsError InvalidTypeException-like ValidationError for a type that does not exist
 */
export function genericResource(type: string): ResourceHandler {
  const facts = factsOf(type);
  if (facts === undefined)
    throw new AwsError("ValidationError", `Template format error: Unrecognized resource types: [${type}]`);
  return {
    create: async (properties, context) => {
      const { world, call, tags } = context;
      const about = { type, properties: properties as Section, facts, context };
      const identity = identify(about);
      const live = liveResources(world, call.caller);
      const key = keyOf(type, identity.physicalId);
      if (live.has(key)) throw new AwsError("AlreadyExists", `${identity.physicalId} already exists`);
      live.set(key, properties as Section);
      const made = { physicalId: identity.physicalId, attributes: attributesOf(identity, about) };
      const madeAt = new Date(world.clock.now());
      const records = recordsOf(world, call.caller);
      // The newest resource of a name comes last among those of its type.
      records.delete(key);
      const record = { type, made, tags, madeAt, changedAt: madeAt, revision: 1 };
      return kept(record, properties, context);
    },
    update: async (made, _before, after, context) => {
      const { world, call, tags } = context;
      const live = liveResources(world, call.caller);
      const key = keyOf(type, made.physicalId);
      if (!live.has(key)) throw new AwsError("NotFound", `${type} ${made.physicalId} was not found`);
      live.set(key, after as Section);
      const renewed = Object.entries(made.attributes).map(([name, value]) => [name, lookUp(after, name) ?? value]);
      const changed = { physicalId: made.physicalId, attributes: Object.fromEntries(renewed) };
      const record = recordsOf(world, call.caller).get(key);
      const changedAt = new Date(world.clock.now());
      if (record === undefined) return changed;
      return kept({ ...record, tags, made: changed, changedAt, revision: record.revision + 1 }, after, context);
    },
    // Gone already is as good as removed, as CloudFormation sees it.
    remove: async (made, _properties, { world, call }) => {
      liveResources(world, call.caller).delete(keyOf(type, made.physicalId));
    },
    read: async (made, _properties, { world, call }) =>
      liveResources(world, call.caller).get(keyOf(type, made.physicalId)),
    adopt: (identifier, { world, call }) =>
      declaredOf(world, call, type).find(({ properties, made }) =>
        Object.entries(identifier).every(
          ([name, value]) => String(properties[name] ?? made.attributes[name]) === value,
        ),
      )?.made,
  };
}

/** Keeps what is known of a resource, with the attributes that its service says it has. */
function kept(record: Known, properties: Properties, { world, call }: ResourceContext): MadeResource {
  const source = attributeSources(world).get(record.type);
  const attributes = { ...record.made.attributes, ...source?.({ ...record, properties }, { world, call }) };
  const made = { physicalId: record.made.physicalId, attributes };
  recordsOf(world, call.caller).set(keyOf(record.type, made.physicalId), { ...record, made });
  return made;
}

function lookUp(properties: Properties, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], properties);
}
