/** Application Auto Scaling of ECS services. */
import type { Install, Operation, World } from "../../kernel.ts";
import { policyOperations } from "./policies.ts";
import { scalableTargetHandler, scalingPolicyHandler } from "./resources.ts";
import { scheduledActionOperations } from "./scheduled-actions.ts";
import { scalingState } from "./state.ts";
import { targetOperations } from "./targets.ts";

/** Adds the service `application-auto-scaling` and its resource types to a world. */
export const installApplicationAutoScaling: Install = (world) => {
  world.services.set("application-auto-scaling", {
    name: "application-auto-scaling",
    operations: {
      ...targetOperations(world),
      ...policyOperations(world),
      ...scheduledActionOperations(world),
      ...tagOperations(world),
    },
  });
  world.resources.set("AWS::ApplicationAutoScaling::ScalableTarget", scalableTargetHandler);
  world.resources.set("AWS::ApplicationAutoScaling::ScalingPolicy", scalingPolicyHandler);
};

function tagOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    TagResource: ({ ResourceARN = "", Tags = {} }: { ResourceARN?: string; Tags?: Record<string, string> }, call) => {
      const { tags } = scalingState(world, call);
      tags.set(ResourceARN, { ...tags.get(ResourceARN), ...Tags });
      return {};
    },
    UntagResource: ({ ResourceARN = "", TagKeys = [] }: { ResourceARN?: string; TagKeys?: string[] }, call) => {
      const { tags } = scalingState(world, call);
      tags.set(
        ResourceARN,
        Object.fromEntries(Object.entries(tags.get(ResourceARN) ?? {}).filter(([key]) => !TagKeys.includes(key))),
      );
      return {};
    },
    ListTagsForResource: ({ ResourceARN = "" }: { ResourceARN?: string }, call) => ({
      Tags: scalingState(world, call).tags.get(ResourceARN) ?? {},
    }),
  };
}
