/** Elastic Load Balancing: load balancers, listeners, rules and target groups whose targets have a health of their own. */
import type { Tag } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Install, Operation, World } from "../../kernel.ts";
import { listenerOperations } from "./listeners.ts";
import { loadBalancerOperations } from "./load-balancers.ts";
import { listenerHandler, listenerRuleHandler, loadBalancerHandler, targetGroupHandler } from "./resources.ts";
import { elbState } from "./state.ts";
import { targetGroupOperations } from "./target-groups.ts";

/** Adds the service `elastic-load-balancing-v2` and its resource types to a world. */
export const installLoadBalancing: Install = (world) => {
  world.services.set("elastic-load-balancing-v2", {
    name: "elastic-load-balancing-v2",
    operations: {
      ...loadBalancerOperations(world),
      ...listenerOperations(world),
      ...targetGroupOperations(world),
      ...tagOperations(world),
    },
  });
  world.resources.set("AWS::ElasticLoadBalancingV2::LoadBalancer", loadBalancerHandler);
  world.resources.set("AWS::ElasticLoadBalancingV2::Listener", listenerHandler);
  world.resources.set("AWS::ElasticLoadBalancingV2::ListenerRule", listenerRuleHandler);
  world.resources.set("AWS::ElasticLoadBalancingV2::TargetGroup", targetGroupHandler);
};

function tagOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    DescribeTags: ({ ResourceArns = [] }: { ResourceArns?: string[] }, call) => ({
      TagDescriptions: ResourceArns.map((ResourceArn) => ({
        ResourceArn,
        Tags: elbState(world, call).tags.get(ResourceArn) ?? [],
      })),
    }),
    AddTags: ({ ResourceArns = [], Tags = [] }: { ResourceArns?: string[]; Tags?: Tag[] }, call) => {
      const { tags } = elbState(world, call);
      for (const arn of ResourceArns) {
        tags.set(arn, [...new Map([...(tags.get(arn) ?? []), ...Tags].map((tag) => [tag.Key, tag])).values()]);
      }
      return {};
    },
    RemoveTags: ({ ResourceArns = [], TagKeys = [] }: { ResourceArns?: string[]; TagKeys?: string[] }, call) => {
      const { tags } = elbState(world, call);
      for (const arn of ResourceArns)
        tags.set(
          arn,
          (tags.get(arn) ?? []).filter((tag) => !TagKeys.includes(tag.Key ?? "")),
        );
      return {};
    },
  };
}
