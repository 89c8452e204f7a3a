/**
 * What templates have made of types that have no handler of their own, for services whose read operations show just that: their
 * resources come into being through templates only.
 */
import { createHash } from "node:crypto";
import type { Call, Caller, MadeResource, Properties, ResourceContext, World } from "../../kernel.ts";
import { canonical, type Section } from "../template/value.ts";

type Where = Pick<Caller, "account" | "region">;

/** A resource as it is now in the account. */
export interface Declared {
  readonly type: string;
  readonly made: MadeResource;
  readonly properties: Properties;
  /** Its stack's tags and CloudFormation's own. */
  readonly tags: ResourceContext["tags"];
  readonly madeAt: Date;
  readonly changedAt: Date;
  /** 1 when it is made, one more with every change. */
  readonly revision: number;
}

/** Properties of the resources that exist, by `keyOf`; what tests tamper with and drift detection reads. */
export function liveResources(world: World, where: Where): Map<string, Section> {
  return world.store("cloudformation/live", where, () => new Map<string, Section>());
}

/** What is known of a resource beside its properties. It stays when the resource is gone: some services go on showing it a while. */
export type Known = Omit<Declared, "properties">;

/** Records of all resources that were ever made, by `keyOf`. */
export function recordsOf(world: World, where: Where): Map<string, Known> {
  return world.store("cloudformation/records", where, () => new Map<string, Known>());
}

/** Key of a resource among the live ones. */
export function keyOf(type: string, physicalId: string): string {
  return canonical([type, physicalId]);
}

/** The resources of a type that exist in the account and region of a call, oldest first. */
export function declaredOf(world: World, { caller }: Pick<Call, "caller">, type: string): readonly Declared[] {
  const live = liveResources(world, caller);
  return [...recordsOf(world, caller)].flatMap(([key, record]) => {
    const properties = live.get(key);
    return record.type !== type || properties === undefined ? [] : [{ ...record, properties }];
  });
}

/** Resources of a type that existed once and are deleted, as they were known last. */
export function deletedOf(world: World, { caller }: Pick<Call, "caller">, type: string): readonly Known[] {
  const live = liveResources(world, caller);
  return [...recordsOf(world, caller)].flatMap(([key, record]) =>
    record.type === type && !live.has(key) ? [record] : [],
  );
}

/** What a service says of a resource's attributes for Fn::GetAtt, so that they are what its describing operations show. */
export type AttributeSource = (
  resource: Declared,
  place: { readonly world: World; readonly call: Call },
) => Readonly<Record<string, unknown>>;

/** The sources by type. Each is asked whenever a resource of its type was made or changed. */
export function attributeSources(world: World): Map<string, AttributeSource> {
  return world.store("cloudformation/attribute-sources", { account: "*", region: "*" }, () => new Map());
}

/** Tags of a resource as its service shows them: those of its template, then its stack's and CloudFormation's. */
export function tagsOf({ properties, tags }: Declared): readonly { readonly Key: string; readonly Value: string }[] {
  const own = properties.Tags ?? [];
  const listed = Array.isArray(own) ? own : Object.entries(own).map(([Key, Value]) => ({ Key, Value }));
  return [...listed.map(({ Key, Value }) => ({ Key, Value: String(Value) })), ...tags];
}

/** An id that a service gives something that has none in its template: the same whenever it is asked for. So many hexadecimal digits. */
export function stableHex({ type, made }: Known, what: string, digits: number): string {
  return createHash("sha256")
    .update(canonical([type, made.physicalId, what]))
    .digest("hex")
    .slice(0, digits);
}

/** The same in the form of a UUID. */
export function stableUuid(of: Known, what: string): string {
  const h = stableHex(of, what, 32);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`;
}
