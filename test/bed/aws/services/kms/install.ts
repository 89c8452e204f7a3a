/** KMS: keys and aliases as they are described; nothing is encrypted with them. */
import type {
  CreateAliasCommandInput,
  CreateKeyCommandInput,
  DescribeKeyCommandInput,
  ScheduleKeyDeletionCommandInput,
} from "@aws-sdk/client-kms";
import type { Call, World } from "../../kernel.ts";
import { algorithmsOf } from "./algorithms.ts";
import { aliasesOf, createAlias, createKey, type Key, keyFor, keysOf } from "./keys.ts";
import { installKmsResources } from "./resources.ts";

const DAY = 24 * 60 * 60 * 1000;

type OfKey = { readonly KeyId?: string | undefined };

export function installKms(world: World): void {
  const named = (input: OfKey, { caller }: Call): Key => keyFor(world, caller, input.KeyId);
  const set = (input: OfKey, call: Call, change: Partial<Key>): object => {
    Object.assign(named(input, call), change);
    return {};
  };
  world.services.set("kms", {
    name: "kms",
    operations: {
      CreateKey: (input: CreateKeyCommandInput, { caller }: Call) => {
        const tags = (input.Tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue] as const);
        const { Description: description = "", Policy: policy, MultiRegion: multiRegion = false } = input;
        const { KeyUsage: usage, KeySpec: spec, Origin: origin } = input;
        const about = { description, policy, multiRegion, usage, spec, origin, tags: new Map(tags) };
        return { KeyMetadata: shown(createKey(world, caller, about)) };
      },
      DescribeKey: (input: DescribeKeyCommandInput, call: Call) => ({ KeyMetadata: shown(named(input, call)) }),
      ListKeys: (_input: object, { caller }: Call) => ({
        Keys: [...keysOf(world, caller).values()].map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })),
        Truncated: false,
      }),
      CreateAlias: (input: CreateAliasCommandInput, { caller }: Call) => {
        createAlias(world, caller, { name: input.AliasName ?? "", target: input.TargetKeyId ?? "" });
        return {};
      },
      DeleteAlias: (input: { AliasName?: string }, { caller }: Call) => {
        aliasesOf(world, caller).delete(input.AliasName ?? "");
        return {};
      },
      ListAliases: (input: OfKey, { caller }: Call) => ({
        Aliases: [...aliasesOf(world, caller)]
          .map(([AliasName, { key: TargetKeyId, at: CreationDate, changedAt: LastUpdatedDate }]) => ({
            AliasName,
            TargetKeyId,
            AliasArn: `arn:aws:kms:${caller.region}:${caller.account}:${AliasName}`,
            ...{ CreationDate, LastUpdatedDate },
          }))
          .filter(
            ({ TargetKeyId }) => input.KeyId === undefined || TargetKeyId === keyFor(world, caller, input.KeyId).id,
          ),
        Truncated: false,
      }),
      ScheduleKeyDeletion: (input: ScheduleKeyDeletionCommandInput, call: Call) => {
        const key = named(input, call);
        const days = input.PendingWindowInDays ?? 30;
        key.state = "PendingDeletion";
        key.deletionDate = new Date(world.clock.now() + days * DAY);
        return { KeyId: key.arn, DeletionDate: key.deletionDate, KeyState: key.state, PendingWindowInDays: days };
      },
      CancelKeyDeletion: (input: OfKey, call: Call) => {
        const key = named(input, call);
        key.state = "Disabled";
        key.deletionDate = undefined;
        return { KeyId: key.arn };
      },
      EnableKey: (input: OfKey, call: Call) => set(input, call, { state: "Enabled" }),
      DisableKey: (input: OfKey, call: Call) => set(input, call, { state: "Disabled" }),
      EnableKeyRotation: (input: OfKey & { RotationPeriodInDays?: number }, call: Call) =>
        set(input, call, { rotates: true, rotationDays: input.RotationPeriodInDays ?? 365 }),
      DisableKeyRotation: (input: OfKey, call: Call) => set(input, call, { rotates: false }),
      GetKeyRotationStatus: (input: OfKey, call: Call) => rotationOf(named(input, call)),
      ListKeyPolicies: (input: OfKey, call: Call) => {
        named(input, call);
        return { PolicyNames: ["default"], Truncated: false };
      },
      GetKeyPolicy: (input: OfKey, call: Call) => ({ Policy: named(input, call).policy, PolicyName: "default" }),
      PutKeyPolicy: (input: OfKey & { Policy?: string }, call: Call) =>
        set(input, call, input.Policy === undefined ? {} : { policy: input.Policy }),
      ListResourceTags: (input: OfKey, call: Call) => ({
        Tags: [...named(input, call).tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
        Truncated: false,
      }),
    },
  });
  installKmsResources(world);
}

/** A year after it was made a key gets new material, unless it is told otherwise; one that waits to be gone gets none. */
function rotationOf({ id: KeyId, at, rotates, rotationDays: RotationPeriodInDays, state }: Key): object {
  if (!rotates || state === "PendingDeletion") return { KeyId, KeyRotationEnabled: false };
  const NextRotationDate = new Date(at.getTime() + RotationPeriodInDays * DAY);
  return { KeyId, KeyRotationEnabled: true, RotationPeriodInDays, NextRotationDate };
}

function shown(key: Key): object {
  const [, , , region, account] = key.arn.split(":");
  return {
    AWSAccountId: account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.at,
    Enabled: key.state === "Enabled",
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    DeletionDate: key.deletionDate,
    Origin: key.origin,
    KeyManager: "CUSTOMER",
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    ...algorithmsOf(key),
    MultiRegion: key.multiRegion,
    ...(key.multiRegion && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: "PRIMARY",
        ...{ PrimaryKey: { Arn: key.arn, Region: region }, ReplicaKeys: [] },
      },
    }),
  };
}
