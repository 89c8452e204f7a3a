/** Tags of everything in ECS that has an ARN, and the account's settings. */
import type { ListTagsForResourceRequest, TagResourceRequest, UntagResourceRequest } from "@aws-sdk/client-ecs";
import type { Operation, World } from "../../kernel.ts";
import { invalidParameter } from "./failures.ts";
import { ecsState } from "./state.ts";

/** Tag and account setting operations by name. */
export function taggingOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    TagResource: (input: TagResourceRequest, call) => {
      const { tags } = ecsState(world, call);
      const arn = known(tags, input.resourceArn);
      const asked = new Map([...(tags.get(arn) ?? []), ...(input.tags ?? [])].map((tag) => [tag.key, tag]));
      if (asked.size > 50) throw invalidParameter("The maximum number of tags for a resource is 50.");
      tags.set(arn, [...asked.values()]);
      return {};
    },
    UntagResource: (input: UntagResourceRequest, call) => {
      const { tags } = ecsState(world, call);
      const arn = known(tags, input.resourceArn);
      tags.set(
        arn,
        (tags.get(arn) ?? []).filter((tag) => !input.tagKeys?.includes(tag.key ?? "")),
      );
      return {};
    },
    ListTagsForResource: (input: ListTagsForResourceRequest, call) => {
      const { tags } = ecsState(world, call);
      return { tags: tags.get(known(tags, input.resourceArn)) };
    },
    PutAccountSettingDefault: (input: { name: string; value: string }, call) => putSetting(world, input, call),
    PutAccountSetting: (input: { name: string; value: string }, call) => putSetting(world, input, call),
    ListAccountSettings: (_input: object, call) => ({
      settings: [...ecsState(world, call).settings].map(([name, value]) => ({
        name,
        value,
        principalArn: call.caller.arn,
      })),
    }),
  };
}

function putSetting(
  world: World,
  { name, value }: { name: string; value: string },
  call: Parameters<Operation>[1],
): object {
  ecsState(world, call).settings.set(name, value);
  return { setting: { name, value, principalArn: call.caller.arn } };
}

function known(tags: ReadonlyMap<string, unknown>, arn: string | undefined): string {
  if (arn === undefined || !tags.has(arn)) throw invalidParameter("The specified resource is not found.");
  return arn;
}
