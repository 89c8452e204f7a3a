import { AwsError, type MadeResource, type Properties, type ResourceHandler, type World } from "../../kernel.ts";
import { canonical, type Section } from "../template/value.ts";
import { attributesOf } from "./attributes.ts";
import { factsOf } from "./facts.ts";
import { identify } from "./identity.ts";

/** Resources of types that the bed does not give a behaviour: their properties, as they are now in the account. */
type Live = Map<string, Section>;

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
      const about = { type, properties: properties as Section, facts, context };
      const identity = identify(about);
      const live = liveResources(context.world, context.call.caller);
      const key = keyOf(type, identity.physicalId);
      if (live.has(key)) throw new AwsError("AlreadyExists", `${identity.physicalId} already exists`);
      live.set(key, properties as Section);
      const made = { physicalId: identity.physicalId, attributes: attributesOf(identity, about) };
      births(context.world, context.call.caller).set(key, { type, made });
      return made;
    },
    update: async (made, _before, after, context) => {
      const live = liveResources(context.world, context.call.caller);
      const key = keyOf(type, made.physicalId);
      if (!live.has(key)) throw new AwsError("NotFound", `${type} ${made.physicalId} was not found`);
      live.set(key, after as Section);
      const renewed = Object.entries(made.attributes).map(([name, value]) => [name, lookUp(after, name) ?? value]);
      return { physicalId: made.physicalId, attributes: Object.fromEntries(renewed) };
    },
    // Gone already is as good as removed, as CloudFormation sees it.
    remove: async (made, _properties, context) => {
      liveResources(context.world, context.call.caller).delete(keyOf(type, made.physicalId));
    },
    read: async (made, _properties, context) =>
      liveResources(context.world, context.call.caller).get(keyOf(type, made.physicalId)),
    adopt: (identifier, { world, call }) => {
      const live = liveResources(world, call.caller);
      for (const [key, born] of births(world, call.caller)) {
        const properties = live.get(key);
        if (born.type !== type || properties === undefined) continue;
        const member = (name: string): unknown => properties[name] ?? born.made.attributes[name];
        if (Object.entries(identifier).every(([name, value]) => String(member(name)) === value)) return born.made;
      }
      return undefined;
    },
  };
}

interface Birth {
  readonly type: string;
  readonly made: MadeResource;
}

/** Ids and attributes that resources got when they were made, which they keep outside of stacks. */
function births(world: World, where: { readonly account: string; readonly region: string }): Map<string, Birth> {
  return world.store("cloudformation/births", where, () => new Map<string, Birth>());
}

/** The live properties of generic resources, for tests that play another actor. */
export function liveResources(world: World, where: { readonly account: string; readonly region: string }): Live {
  return world.store<Live>("cloudformation/live", where, () => new Map());
}

/** Key of a resource among the live ones. */
export function keyOf(type: string, physicalId: string): string {
  return canonical([type, physicalId]);
}

function lookUp(properties: Properties, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], properties);
}
