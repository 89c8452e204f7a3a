import { expect, test } from "vitest";
import type { ResourceChange } from "../../actions/lib/domain/plan.ts";
import { failoverStep } from "../../actions/lib/domain/redis-failover.ts";
import { compareWithWhole } from "../../actions/lib/domain/review.ts";
import type { StackDesire } from "../../actions/lib/domain/stack.ts";

const parameters = (RedisNodes: string, RedisFailover = "true") => ({ Tier: "standard", RedisNodes, RedisFailover });
const desire = (nodes: string): StackDesire => ({
  ...{ name: "mate-clinic-x-production", template: "", tags: {} },
  parameters: parameters(nodes),
});

test.for([
  ["one node to two", parameters("1"), "2", { RedisNodes: "2", RedisFailover: "false" }],
  ["two nodes to one", parameters("2"), "1", { RedisNodes: "2", RedisFailover: "false" }],
  ["six nodes to one", parameters("6"), "1", { RedisNodes: "6", RedisFailover: "false" }],
] as const)("%s takes an update without failover first", ([, present, nodes, expected]) => {
  const step = failoverStep({ parameters: present }, desire(nodes));

  expect(step?.first).toEqual({ ...desire(nodes), parameters: { ...parameters(nodes), ...expected } });
});

test.for([
  ["two nodes to three", parameters("2"), "3"],
  ["one node that stays one", parameters("1"), "1"],
  ["two nodes that were left without failover", parameters("2", "false"), "2"],
  ["a stack left on the way down", parameters("2", "false"), "1"],
  ["a stack made before there was such a parameter", { Tier: "standard" }, "2"],
] as const)("%s takes one update", ([, present, nodes]) => {
  expect(failoverStep({ parameters: present }, desire(nodes))).toBeUndefined();
});

const redis = (...properties: readonly (readonly [string, string, string])[]): ResourceChange => ({
  ...{ logicalId: "Redis", type: "AWS::ElastiCache::ReplicationGroup", action: "modify", replacement: "never" },
  properties: properties.map(([name, before, after]) => ({
    ...{ path: `/Properties/${name}`, before, after },
    replacement: "never",
  })),
});
const whole = [redis(["NumCacheClusters", "1", "2"], ["AutomaticFailoverEnabled", "false", "true"])];

test("an update that does a part of what was reviewed is what was reviewed", () => {
  const now = { changes: [redis(["NumCacheClusters", "1", "2"])], dangers: [] };

  expect(compareWithWhole(now, whole)).toEqual({ verdict: "same" });
});

test.for([
  ["another value", redis(["NumCacheClusters", "1", "3"])],
  ["another property", redis(["CacheNodeType", "cache.t4g.small", "cache.m7g.large"])],
  ["another resource", { ...redis(), logicalId: "Database" }],
  ["a removal", { ...redis(), action: "remove" as const }],
  ["a replacement", { ...redis(["NumCacheClusters", "1", "2"]), replacement: "always" as const }],
  ["another thing of that name", { ...redis(), physicalId: "mate-elsewhere" }],
])("an update with %s is held", ([, change]) => {
  expect(compareWithWhole({ changes: [change as ResourceChange], dangers: [] }, whole)).toMatchObject({
    verdict: "dangerous",
  });
});
