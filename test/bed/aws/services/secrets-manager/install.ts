/** Secrets Manager. */
import type {
  CreateSecretCommandInput,
  DeleteSecretCommandInput,
  GetRandomPasswordCommandInput,
  GetSecretValueCommandInput,
  ListSecretsCommandInput,
  ListSecretVersionIdsCommandInput,
  PutResourcePolicyCommandInput,
  PutSecretValueCommandInput,
  RestoreSecretCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
  UpdateSecretCommandInput,
  UpdateSecretVersionStageCommandInput,
} from "@aws-sdk/client-secrets-manager";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { pageOf } from "../../protocols/pages.ts";
import { randomPassword } from "./password.ts";
import { installSecretResources } from "./resources.ts";
import { rotationOf } from "./rotation.ts";
import {
  addVersion,
  assertNotDeleted,
  createSecret,
  moveStage,
  type Secret,
  type SecretVersion,
  secretNamed,
  secretsOf,
} from "./secrets.ts";

const DAY = 24 * 60 * 60 * 1000;

export function installSecretsManager(world: World): void {
  const named = (input: { SecretId?: string | undefined }, { caller }: Call): Secret =>
    secretNamed(world, caller, input.SecretId);
  const identity = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });
  world.services.set("secrets-manager", {
    name: "secrets-manager",
    operations: {
      CreateSecret: (input: CreateSecretCommandInput, { caller }: Call) => {
        const { Name: name = "", Description: description, KmsKeyId: kmsKeyId, Tags: tags = [] } = input;
        const again = secretsOf(world, caller).get(name);
        const isRepeat =
          input.ClientRequestToken !== undefined && again?.versions.has(input.ClientRequestToken) === true;
        const secret =
          isRepeat && again !== undefined ? again : createSecret(world, caller, { name, description, kmsKeyId, tags });
        if (input.SecretString === undefined && input.SecretBinary === undefined) return identity(secret);
        const version = addVersion(world, secret, contentOf(input));
        return { ...identity(secret), VersionId: version.id };
      },
      PutSecretValue: (input: PutSecretValueCommandInput, call: Call) => {
        const secret = named(input, call);
        const version = addVersion(world, secret, { ...contentOf(input), stages: input.VersionStages });
        return { ...identity(secret), VersionId: version.id, VersionStages: [...version.stages] };
      },
      UpdateSecret: (input: UpdateSecretCommandInput, call: Call) => {
        const secret = named(input, call);
        assertNotDeleted(secret);
        secret.description = input.Description ?? secret.description;
        secret.kmsKeyId = input.KmsKeyId ?? secret.kmsKeyId;
        secret.changedAt = new Date(world.clock.now());
        if (input.SecretString === undefined && input.SecretBinary === undefined) return identity(secret);
        return { ...identity(secret), VersionId: addVersion(world, secret, contentOf(input)).id };
      },
      GetSecretValue: (input: GetSecretValueCommandInput, call: Call) => {
        const secret = named(input, call);
        assertNotDeleted(secret);
        const version = versionOf(secret, input);
        return {
          ...identity(secret),
          VersionId: version.id,
          SecretString: version.text,
          SecretBinary: version.bytes,
          VersionStages: [...version.stages],
          CreatedDate: version.at,
        };
      },
      DescribeSecret: (input: { SecretId?: string }, call: Call) => {
        const secret = named(input, call);
        return { ...described(secret), ...rotationOf(world, secret, call) };
      },
      ListSecrets: (input: ListSecretsCommandInput, { caller }: Call) => {
        const secrets = [...secretsOf(world, caller).values()]
          .filter(({ deletion }) => deletion === undefined || input.IncludePlannedDeletion === true)
          .filter((secret) => (input.Filters ?? []).every((filter) => meets(secret, filter)));
        const page = pageOf(secrets, { token: input.NextToken, most: input.MaxResults ?? 100 });
        return {
          SecretList: page.items.map((secret) => {
            const { VersionIdsToStages, ...rest } = described(secret);
            return { ...rest, SecretVersionsToStages: VersionIdsToStages };
          }),
          NextToken: page.next,
        };
      },
      ListSecretVersionIds: (input: ListSecretVersionIdsCommandInput, call: Call) => {
        const secret = named(input, call);
        const versions = [...secret.versions.values()].filter(
          ({ stages }) => stages.size > 0 || input.IncludeDeprecated === true,
        );
        return {
          ...identity(secret),
          Versions: versions.map(({ id, stages, at }) => ({
            VersionId: id,
            VersionStages: [...stages],
            CreatedDate: at,
          })),
        };
      },
      UpdateSecretVersionStage: (input: UpdateSecretVersionStageCommandInput, call: Call) => {
        const secret = named(input, call);
        const from = secret.versions.get(input.RemoveFromVersionId ?? "");
        const to = secret.versions.get(input.MoveToVersionId ?? "");
        const stage = input.VersionStage ?? "";
        if (to === undefined) from?.stages.delete(stage);
        else moveStage(secret, stage, to);
        return identity(secret);
      },
      DeleteSecret: (input: DeleteSecretCommandInput, call: Call) => {
        const secret = named(input, call);
        const now = world.clock.now();
        const days = input.RecoveryWindowInDays ?? 30;
        if (days < 7 || days > 30)
          throw new AwsError(
            "InvalidParameterException",
            "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
          );
        const goneAt = input.ForceDeleteWithoutRecovery === true ? now : now + days * DAY;
        secret.deletion = { at: new Date(now), goneAt };
        return { ...identity(secret), DeletionDate: new Date(goneAt) };
      },
      RestoreSecret: (input: RestoreSecretCommandInput, call: Call) => {
        const secret = named(input, call);
        secret.deletion = undefined;
        return identity(secret);
      },
      GetRandomPassword: (input: GetRandomPasswordCommandInput) => ({ RandomPassword: randomPassword(world, input) }),
      TagResource: (input: TagResourceCommandInput, call: Call) => {
        for (const { Key = "", Value = "" } of input.Tags ?? []) named(input, call).tags.set(Key, Value);
        return {};
      },
      UntagResource: (input: UntagResourceCommandInput, call: Call) => {
        for (const key of input.TagKeys ?? []) named(input, call).tags.delete(key);
        return {};
      },
      PutResourcePolicy: (input: PutResourcePolicyCommandInput, call: Call) => {
        const secret = named(input, call);
        secret.policy = input.ResourcePolicy;
        return identity(secret);
      },
      GetResourcePolicy: (input: { SecretId?: string }, call: Call) => {
        const secret = named(input, call);
        return { ...identity(secret), ResourcePolicy: secret.policy };
      },
    },
  });
  installSecretResources(world);
}

function contentOf(input: {
  ClientRequestToken?: string | undefined;
  SecretString?: string | undefined;
  SecretBinary?: Uint8Array | undefined;
}) {
  return { token: input.ClientRequestToken, text: input.SecretString, bytes: input.SecretBinary };
}

function versionOf(secret: Secret, input: GetSecretValueCommandInput): SecretVersion {
  const stage = input.VersionStage ?? (input.VersionId === undefined ? "AWSCURRENT" : undefined);
  const found = [...secret.versions.values()].find(
    ({ id, stages }) =>
      (input.VersionId === undefined || id === input.VersionId) && (stage === undefined || stages.has(stage)),
  );
  if (found !== undefined) return found;
  const wanted = input.VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${input.VersionId}`;
  throw new AwsError(
    "ResourceNotFoundException",
    `Secrets Manager can't find the specified secret value for ${wanted}`,
  );
}

function described(secret: Secret) {
  const staged = [...secret.versions.values()].filter(({ stages }) => stages.size > 0);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    LastChangedDate: secret.changedAt,
    CreatedDate: secret.at,
    DeletedDate: secret.deletion?.at,
    Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
    VersionIdsToStages: Object.fromEntries(staged.map(({ id, stages }) => [id, [...stages]])),
  };
}

function meets(
  secret: Secret,
  filter: { readonly Key?: string | undefined; readonly Values?: readonly string[] | undefined },
): boolean {
  const starts = (text: string | undefined): boolean =>
    (filter.Values ?? []).some((value) => text?.startsWith(value) === true);
  switch (filter.Key) {
    case "name":
      return starts(secret.name);
    case "description":
      return starts(secret.description);
    case "tag-key":
      return [...secret.tags.keys()].some(starts);
    case "tag-value":
      return [...secret.tags.values()].some(starts);
    case "all":
      return [secret.name, secret.description, ...secret.tags.keys(), ...secret.tags.values()].some(starts);
    default:
      throw new AwsError("InvalidParameterException", `the bed does not filter secrets by ${filter.Key}`);
  }
}
