import type { MetricDataResult } from "@aws-sdk/client-cloudwatch";
import type { ReplicationGroup } from "@aws-sdk/client-elasticache";
import { afterEach, beforeEach, expect, test } from "vitest";
import { World } from "../../../aws/kernel.ts";
import { installCloudWatch } from "../../../aws/services/cloudwatch/install.ts";
import { installElastiCache } from "../../../aws/services/elasticache/install.ts";
import { virtualClock } from "../../../conformance/virtual-clock.ts";
import { CALL } from "../ecs/ecs-world.ts";

let world: World;
beforeEach(() => {
  world = new World(virtualClock());
  installCloudWatch(world);
  installElastiCache(world);
});
afterEach(() => world.clock.stop());

async function cache(): Promise<ReplicationGroup> {
  const { ReplicationGroups } = await world.invoke<{ ReplicationGroups: [ReplicationGroup] }>(
    "elasticache",
    "DescribeReplicationGroups",
    { ReplicationGroupId: "st-marys" },
    CALL,
  );
  return ReplicationGroups[0];
}

test("a replication group takes minutes, has endpoints then, and cannot be changed before", async () => {
  const input = {
    ReplicationGroupId: "st-marys",
    ReplicationGroupDescription: "cache",
    NumCacheClusters: 2,
    AutomaticFailoverEnabled: true,
  };
  await world.invoke("elasticache", "CreateReplicationGroup", input, CALL);
  expect(await cache()).toMatchObject({
    Status: "creating",
    MemberClusters: ["st-marys-001", "st-marys-002"],
    NodeGroups: [],
  });
  const change = { ReplicationGroupId: "st-marys", CacheNodeType: "cache.m6g.large", ApplyImmediately: true };
  await expect(world.invoke("elasticache", "ModifyReplicationGroup", change, CALL)).rejects.toMatchObject({
    code: "InvalidReplicationGroupState",
  });
  await world.clock.sleep(400_000);
  expect((await cache()).NodeGroups?.[0]?.PrimaryEndpoint?.Address).toMatch(
    /^st-marys\.[0-9a-f]{6}\.ng\.0001\.us-east-1\.cache\.amazonaws\.com$/,
  );

  await world.invoke("elasticache", "ModifyReplicationGroup", change, CALL);
  expect((await cache()).Status).toBe("modifying");
  await world.clock.sleep(200_000);

  expect(await cache()).toMatchObject({ Status: "available", CacheNodeType: "cache.m6g.large" });
});

test("failover needs a second node", async () => {
  const input = {
    ReplicationGroupId: "st-marys",
    ReplicationGroupDescription: "cache",
    NumCacheClusters: 1,
    AutomaticFailoverEnabled: true,
  };
  await expect(world.invoke("elasticache", "CreateReplicationGroup", input, CALL)).rejects.toMatchObject({
    code: "InvalidParameterCombination",
  });
});

test("nodes are added and taken away by calls of their own, and failover only where there are two", async () => {
  const elasticache = (operation: string, input: object) =>
    world.invoke("elasticache", operation, { ReplicationGroupId: "st-marys", ...input }, CALL);
  await elasticache("CreateReplicationGroup", { ReplicationGroupDescription: "cache", NumCacheClusters: 1 });
  await world.clock.sleep(400_000);
  const failover = (on: boolean) =>
    elasticache("ModifyReplicationGroup", { AutomaticFailoverEnabled: on, MultiAZEnabled: on, ApplyImmediately: true });
  await expect(failover(true)).rejects.toThrow("at least one read replica to enable autofailover");

  await elasticache("IncreaseReplicaCount", { NewReplicaCount: 1, ApplyImmediately: true });
  await world.clock.sleep(400_000);
  expect((await cache()).NodeGroups?.[0]?.NodeGroupMembers?.map(({ CurrentRole }) => CurrentRole)).toEqual([
    "primary",
    "replica",
  ]);
  await failover(true);
  await world.clock.sleep(400_000);
  const fewer = () => elasticache("DecreaseReplicaCount", { NewReplicaCount: 0, ApplyImmediately: true });
  await expect(fewer()).rejects.toThrow("at least 1 replica when cluster mode is disabled with auto failover enabled");
  await failover(false);
  await world.clock.sleep(400_000);
  await fewer();
  await world.clock.sleep(400_000);

  expect(await cache()).toMatchObject({ AutomaticFailover: "disabled", MemberClusters: ["st-marys-001"] });
});

test("statistics are made of the values that were put, period by period", async () => {
  const at = (text: string): Date => new Date(`2026-03-01T${text}Z`);
  const datum = (Value: number, Timestamp: Date) => ({
    MetricName: "Latency",
    Dimensions: [{ Name: "Tenant", Value: "st-marys" }],
    Value,
    Timestamp,
  });
  const MetricData = [datum(10, at("12:00:05")), datum(30, at("12:00:50")), datum(50, at("12:01:10"))];
  await world.invoke("cloudwatch", "PutMetricData", { Namespace: "Mate", MetricData }, CALL);
  const Metric = { Namespace: "Mate", MetricName: "Latency", Dimensions: [{ Name: "Tenant", Value: "st-marys" }] };
  const query = (Id: string, Stat: string) => ({ Id, MetricStat: { Metric, Period: 60, Stat } });

  const { MetricDataResults } = await world.invoke<{ MetricDataResults: MetricDataResult[] }>(
    "cloudwatch",
    "GetMetricData",
    {
      MetricDataQueries: [query("a", "Average"), query("m", "Maximum")],
      StartTime: at("12:00:00"),
      EndTime: at("12:05:00"),
      ScanBy: "TimestampAscending",
    },
    CALL,
  );

  expect(MetricDataResults.map((one) => [one.Id, one.Values])).toEqual([
    ["a", [20, 50]],
    ["m", [30, 50]],
  ]);
});

test("nobody but AWS writes into its own namespaces", async () => {
  await expect(
    world.invoke("cloudwatch", "PutMetricData", { Namespace: "AWS/ECS", MetricData: [] }, CALL),
  ).rejects.toMatchObject({ code: "InvalidParameterValue" });
});

test("a dashboard that is no JSON object is refused", async () => {
  await expect(
    world.invoke("cloudwatch", "PutDashboard", { DashboardName: "fleet", DashboardBody: "{" }, CALL),
  ).rejects.toMatchObject({ code: "InvalidParameterInput" });
});
