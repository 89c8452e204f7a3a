/** The secrets of an account and region, their versions and the stages that point at them. */
import { AwsError, type Caller, type World } from "../../kernel.ts";

export interface SecretVersion {
  readonly id: string;
  readonly at: Date;
  readonly text: string | undefined;
  readonly bytes: Uint8Array | undefined;
  readonly stages: Set<string>;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly at: Date;
  description: string | undefined;
  kmsKeyId: string | undefined;
  changedAt: Date;
  /** When it was deleted, and in bed time when it will be gone. */
  deletion: { readonly at: Date; readonly goneAt: number } | undefined;
  policy: string | undefined;
  readonly versions: Map<string, SecretVersion>;
  readonly tags: Map<string, string>;
}

export type Where = Pick<Caller, "account" | "region">;

/** Secrets by name, without those whose recovery window is over. */
export function secretsOf(world: World, { account, region }: Where): Map<string, Secret> {
  const secrets = world.store("secrets", { account, region }, () => new Map<string, Secret>());
  for (const [name, { deletion }] of secrets)
    if (deletion !== undefined && deletion.goneAt <= world.clock.now()) secrets.delete(name);
  return secrets;
}

/**
 * The secret that an id means: a name, an ARN, or an ARN without its six random characters.
 *
 * @throws AwsError ResourceNotFoundException
 */
export function secretNamed(world: World, where: Where, id: string | undefined): Secret {
  const secrets = secretsOf(world, where);
  const byName = secrets.get(id ?? "");
  if (byName !== undefined) return byName;
  for (const secret of secrets.values()) if (secret.arn === id || secret.arn.slice(0, -7) === id) return secret;
  throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

/**
 * Makes a secret without any version.
 *
 * @throws AwsError ResourceExistsException, InvalidRequestException while one of that name waits to be gone
 */
export function createSecret(
  world: World,
  where: Where,
  about: {
    readonly name: string;
    readonly description?: string | undefined;
    readonly kmsKeyId?: string | undefined;
    readonly tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];
  },
): Secret {
  const secrets = secretsOf(world, where);
  const existing = secrets.get(about.name);
  if (existing?.deletion !== undefined)
    throw new AwsError(
      "InvalidRequestException",
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  if (existing !== undefined)
    throw new AwsError(
      "ResourceExistsException",
      `The operation failed because the secret ${about.name} already exists.`,
    );
  const now = new Date(world.clock.now());
  const secret: Secret = {
    name: about.name,
    arn: `arn:aws:secretsmanager:${where.region}:${where.account}:secret:${about.name}-${world.hex(6)}`,
    at: now,
    description: about.description,
    kmsKeyId: about.kmsKeyId,
    changedAt: now,
    deletion: undefined,
    policy: undefined,
    versions: new Map(),
    tags: new Map(about.tags.map(({ Key = "", Value = "" }) => [Key, Value])),
  };
  secrets.set(secret.name, secret);
  return secret;
}

/**
 * Keeps a new version and moves the stages to it; what was current becomes previous. The same token with the same value
 * again changes nothing.
 *
 * @throws AwsError ResourceExistsException for the same token with another value, InvalidRequestException if deleted
 */
export function addVersion(
  world: World,
  secret: Secret,
  content: {
    readonly token: string | undefined;
    readonly text: string | undefined;
    readonly bytes: Uint8Array | undefined;
    readonly stages?: readonly string[] | undefined;
  },
): SecretVersion {
  assertNotDeleted(secret);
  const id = content.token ?? world.uuid();
  const same = secret.versions.get(id);
  if (same !== undefined) {
    if (same.text === content.text && String(same.bytes) === String(content.bytes)) return same;
    throw new AwsError(
      "ResourceExistsException",
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const stages = content.stages ?? ["AWSCURRENT"];
  const version: SecretVersion = {
    id,
    at: new Date(world.clock.now()),
    text: content.text,
    bytes: content.bytes,
    stages: new Set(),
  };
  secret.versions.set(id, version);
  for (const stage of stages) moveStage(secret, stage, version);
  secret.changedAt = version.at;
  return version;
}

/** Puts a stage on a version, and takes it from the one that had it. */
export function moveStage(secret: Secret, stage: string, to: SecretVersion): void {
  for (const version of secret.versions.values()) {
    if (version === to || !version.stages.delete(stage)) continue;
    if (stage === "AWSCURRENT") moveStage(secret, "AWSPREVIOUS", version);
  }
  to.stages.add(stage);
}

/** @throws AwsError InvalidRequestException */
export function assertNotDeleted(secret: Secret): void {
  if (secret.deletion !== undefined)
    throw new AwsError(
      "InvalidRequestException",
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
}
