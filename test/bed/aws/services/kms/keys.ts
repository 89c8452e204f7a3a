/** The keys and aliases of an account and region. */
import { AwsError, type Caller, type World } from "../../kernel.ts";

export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly at: Date;
  readonly multiRegion: boolean;
  description: string;
  policy: string;
  state: "Enabled" | "Disabled" | "PendingDeletion";
  deletionDate: Date | undefined;
  rotates: boolean;
  /** Days between two materials of a key that rotates. */
  rotationDays: number;
  /** What it is for, and of which kind: neither ever changes. */
  readonly usage: string;
  readonly spec: string;
  readonly origin: string;
  readonly tags: Map<string, string>;
}

export type Where = Pick<Caller, "account" | "region">;

/** Keys by id. */
export function keysOf(world: World, { account, region }: Where): Map<string, Key> {
  return world.store("kms-keys", { account, region }, () => new Map<string, Key>());
}

/** Ids of keys by alias. */
export interface Alias {
  /** Id of its key. */
  readonly key: string;
  readonly at: Date;
  readonly changedAt: Date;
}

export function aliasesOf(world: World, { account, region }: Where): Map<string, Alias> {
  return world.store("kms-aliases", { account, region }, () => new Map<string, Alias>());
}

/**
 * The key that an id, an ARN or an alias means.
 *
 * @throws AwsError NotFoundException
 */
export function keyFor(world: World, where: Where, id: string | undefined): Key {
  const bare = (id ?? "").replace(/^arn:aws:kms:[^:]*:\d*:(?:key\/)?/, "");
  const key = keysOf(world, where).get(aliasesOf(world, where).get(bare)?.key ?? bare);
  if (key !== undefined) return key;
  const arn = `arn:aws:kms:${where.region}:${where.account}:`;
  const message = bare.startsWith("alias/")
    ? `Alias ${arn}${bare} is not found.`
    : `Key '${arn}key/${bare}' does not exist`;
  throw new AwsError("NotFoundException", message);
}

/** Makes an enabled key; a symmetric one that encrypts, unless it is asked for another. */
export function createKey(
  world: World,
  where: Where,
  about: Pick<Key, "description" | "multiRegion" | "tags"> &
    Partial<Record<"policy" | "usage" | "spec" | "origin", string | undefined>>,
): Key {
  const id = `${about.multiRegion ? "mrk-" : ""}${about.multiRegion ? world.hex(32) : world.uuid()}`;
  const root = { AWS: `arn:aws:iam::${where.account}:root` };
  const policy =
    about.policy ??
    JSON.stringify({
      ...{ Version: "2012-10-17", Id: "key-default-1" },
      Statement: [
        { Sid: "Enable IAM User Permissions", Effect: "Allow", Principal: root, Action: "kms:*", Resource: "*" },
      ],
    });
  const key: Key = {
    ...{ id, policy, description: about.description, multiRegion: about.multiRegion, tags: about.tags },
    arn: `arn:aws:kms:${where.region}:${where.account}:key/${id}`,
    at: new Date(world.clock.now()),
    state: "Enabled",
    deletionDate: undefined,
    ...{ rotates: false, rotationDays: 365 },
    ...{ usage: about.usage ?? "ENCRYPT_DECRYPT", spec: about.spec ?? "SYMMETRIC_DEFAULT" },
    origin: about.origin ?? "AWS_KMS",
  };
  keysOf(world, where).set(id, key);
  return key;
}

/** @throws AwsError AlreadyExistsException, NotFoundException, ValidationException */
export function createAlias(
  world: World,
  where: Where,
  about: { readonly name: string; readonly target: string },
): void {
  if (!about.name.startsWith("alias/"))
    throw new AwsError("ValidationException", `Invalid identifier: ${about.name} must begin with alias/`);
  const aliases = aliasesOf(world, where);
  if (aliases.has(about.name))
    throw new AwsError(
      "AlreadyExistsException",
      `An alias with the name arn:aws:kms:${where.region}:${where.account}:${about.name} already exists`,
    );
  const at = new Date(world.clock.now());
  aliases.set(about.name, { key: keyFor(world, where, about.target).id, at, changedAt: at });
}
