/** What a tenant may have left besides its database: a cache with its groups, and a file system. */
import { expect, test } from "vitest";
import { installElastiCache } from "../../../aws/services/elasticache/install.ts";
import { stage, template } from "./stage.ts";

const KEPT = { DeletionPolicy: "Retain" };

type Wanted = Readonly<Record<string, readonly [type: string, identifier: object, properties: object]>>;

async function imported(on: ReturnType<typeof stage>, name: string, wanted: Wanted): Promise<string> {
  const resources = Object.entries(wanted).map(([id, [Type, , Properties]]) => [id, { Type, Properties, ...KEPT }]);
  const view = await on.plan(name, "c", template(Object.fromEntries(resources)), {
    ChangeSetType: "IMPORT",
    ResourcesToImport: Object.entries(wanted).map(([LogicalResourceId, [ResourceType, ResourceIdentifier]]) => ({
      ...{ LogicalResourceId, ResourceType, ResourceIdentifier },
    })),
  });
  if (view.Status === "FAILED") return view.StatusReason ?? "no reason";
  await on.cfn("ExecuteChangeSet", { StackName: name, ChangeSetName: "c" });
  return (await on.settled(name)).StackStatus;
}

test("a cache that exists is taken over with its groups, and later updates change just that cache", async () => {
  const on = stage();
  installElastiCache(on.world);
  const ask = (operation: string, input: object) =>
    on.world.invoke<{ readonly ReplicationGroups: readonly { readonly SnapshotRetentionLimit?: number }[] }>(
      "elasticache",
      operation,
      input,
      on.call,
    );
  const subnets = { CacheSubnetGroupName: "g", SubnetIds: ["subnet-1", "subnet-2"] };
  await ask("CreateCacheSubnetGroup", { ...subnets, CacheSubnetGroupDescription: "g" });
  const parameters = { CacheParameterGroupFamily: "redis7", Description: "p" };
  await ask("CreateCacheParameterGroup", { ...parameters, CacheParameterGroupName: "p" });
  const cache = {
    ReplicationGroupId: "cache",
    ReplicationGroupDescription: "c",
    Engine: "redis",
    CacheNodeType: "cache.t4g.micro",
    NumCacheClusters: 1,
    CacheSubnetGroupName: "g",
    CacheParameterGroupName: "p",
  };
  await ask("CreateReplicationGroup", cache);
  await on.world.clock.sleep(3_600_000);

  const wanted: Wanted = {
    Cache: ["AWS::ElastiCache::ReplicationGroup", { ReplicationGroupId: "cache" }, cache],
    Subnets: ["AWS::ElastiCache::SubnetGroup", { CacheSubnetGroupName: "g" }, { ...subnets, Description: "g" }],
    Parameters: ["AWS::ElastiCache::ParameterGroup", { CacheParameterGroupName: "p" }, parameters],
  };
  expect(await imported(on, "t", wanted)).toBe("IMPORT_COMPLETE");

  const { StackResources } = await on.cfn("DescribeStackResources", { StackName: "t" });
  expect(StackResources.map((one: { readonly PhysicalResourceId: string }) => one.PhysicalResourceId).sort()).toEqual([
    "cache",
    "g",
    "p",
  ]);
  const kept = Object.entries(wanted).map(([id, [Type, , Properties]]) => {
    const more = id === "Cache" ? { SnapshotRetentionLimit: 7 } : {};
    return [id, { Type, Properties: { ...Properties, ...more }, ...KEPT }];
  });
  const outputs = { Outputs: { Host: { Value: { "Fn::GetAtt": ["Cache", "PrimaryEndPoint.Address"] } } } };
  const stack = await on.update("t", template(Object.fromEntries(kept), outputs));
  expect(stack.StackStatus).toBe("UPDATE_COMPLETE");
  expect(stack.Outputs?.[0]?.OutputValue).toMatch(/^[\w.-]*cache\.[\w.-]+$/);
  const { ReplicationGroups } = await ask("DescribeReplicationGroups", {});
  expect(ReplicationGroups).toMatchObject([{ SnapshotRetentionLimit: 7 }]);
});

test("a file system that a stack left behind is taken over by its id, with its access point and its mount", async () => {
  const on = stage();
  const files = { Type: "AWS::EFS::FileSystem", Properties: { Encrypted: true }, ...KEPT };
  const point = { Type: "AWS::EFS::AccessPoint", Properties: { FileSystemId: { Ref: "Files" } }, ...KEPT };
  const mount = {
    Type: "AWS::EFS::MountTarget",
    Properties: { FileSystemId: { Ref: "Files" }, SubnetId: "subnet-1", SecurityGroups: ["sg-1"] },
    ...KEPT,
  };
  const { StackId } = await on.create("old", template({ Files: files, Point: point, Mount: mount }));
  const { StackResources } = await on.cfn("DescribeStackResources", { StackName: "old" });
  const ids = Object.fromEntries(
    StackResources.map((one: Record<string, string>) => [one.LogicalResourceId, one.PhysicalResourceId]),
  );
  expect(ids).toMatchObject({
    Files: expect.stringMatching(/^fs-[0-9a-f]{17}$/),
    Point: expect.stringMatching(/^fsap-[0-9a-f]{17}$/),
    Mount: expect.stringMatching(/^fsmt-[0-9a-f]{17}$/),
  });
  await on.cfn("DeleteStack", { StackName: "old" });
  await on.settled(StackId);

  const FileSystemId = ids.Files;
  expect(
    await imported(on, "new", {
      Files: ["AWS::EFS::FileSystem", { FileSystemId }, { Encrypted: true }],
      Point: ["AWS::EFS::AccessPoint", { AccessPointId: ids.Point }, { FileSystemId }],
      Mount: [
        "AWS::EFS::MountTarget",
        { Id: ids.Mount },
        { FileSystemId, SubnetId: "subnet-1", SecurityGroups: ["sg-1"] },
      ],
    }),
  ).toBe("IMPORT_COMPLETE");
});
