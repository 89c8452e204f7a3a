/** Subnet groups, parameter groups and tags. */
import type {
  CacheSubnetGroup,
  CreateCacheParameterGroupMessage,
  CreateCacheSubnetGroupMessage,
  ParameterNameValue,
  Tag,
} from "@aws-sdk/client-elasticache";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { type CacheParameterGroupRecord, cacheArn, elastiCacheState } from "./state.ts";

interface ByName {
  readonly CacheSubnetGroupName?: string;
  readonly CacheParameterGroupName?: string;
}

/** Group and tag operations by name. */
export function cacheGroupOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateCacheSubnetGroup: (input: CreateCacheSubnetGroupMessage, call) => {
      const state = elastiCacheState(world, call);
      const name = (input.CacheSubnetGroupName ?? "").toLowerCase();
      if (state.subnetGroups.has(name))
        throw new AwsError("CacheSubnetGroupAlreadyExists", `Cache Subnet Group ${name} already exists.`);
      const group: CacheSubnetGroup = {
        CacheSubnetGroupName: name,
        CacheSubnetGroupDescription: input.CacheSubnetGroupDescription,
        VpcId: "vpc-bed",
        Subnets: subnets(call, input.SubnetIds ?? []),
        ARN: cacheArn(call, "subnetgroup", name),
      };
      state.subnetGroups.set(name, group);
      state.tags.set(group.ARN ?? "", input.Tags ?? []);
      return { CacheSubnetGroup: group };
    },
    ModifyCacheSubnetGroup: (input: Partial<CreateCacheSubnetGroupMessage>, call) => {
      const group = findSubnetGroup(world, call, input.CacheSubnetGroupName);
      if (input.CacheSubnetGroupDescription !== undefined)
        group.CacheSubnetGroupDescription = input.CacheSubnetGroupDescription;
      if (input.SubnetIds !== undefined) group.Subnets = subnets(call, input.SubnetIds);
      return { CacheSubnetGroup: group };
    },
    DescribeCacheSubnetGroups: (input: ByName, call) => {
      const name = input.CacheSubnetGroupName;
      return {
        CacheSubnetGroups:
          name === undefined
            ? [...elastiCacheState(world, call).subnetGroups.values()]
            : [findSubnetGroup(world, call, name)],
      };
    },
    DeleteCacheSubnetGroup: (input: ByName, call) => {
      const state = elastiCacheState(world, call);
      const group = findSubnetGroup(world, call, input.CacheSubnetGroupName);
      if ([...state.groups.values()].some(({ cluster }) => cluster.subnetGroup === group.CacheSubnetGroupName)) {
        throw new AwsError(
          "CacheSubnetGroupInUse",
          `Cache subnet group ${group.CacheSubnetGroupName} is currently in use by a cache cluster.`,
        );
      }
      state.subnetGroups.delete(group.CacheSubnetGroupName ?? "");
      return {};
    },
    CreateCacheParameterGroup: (input: CreateCacheParameterGroupMessage, call) => {
      const state = elastiCacheState(world, call);
      const name = (input.CacheParameterGroupName ?? "").toLowerCase();
      if (state.parameterGroups.has(name))
        throw new AwsError("CacheParameterGroupAlreadyExists", `Parameter group ${name} already exists`);
      const shown = {
        CacheParameterGroupName: name,
        CacheParameterGroupFamily: input.CacheParameterGroupFamily,
        Description: input.Description,
        IsGlobal: false,
        ARN: cacheArn(call, "parametergroup", name),
      };
      state.parameterGroups.set(name, { shown, values: new Map() });
      state.tags.set(shown.ARN, input.Tags ?? []);
      return { CacheParameterGroup: shown };
    },
    ModifyCacheParameterGroup: (input: ByName & { ParameterNameValues?: ParameterNameValue[] }, call) => {
      const { values } = findParameterGroup(world, call, input.CacheParameterGroupName);
      for (const { ParameterName = "", ParameterValue = "" } of input.ParameterNameValues ?? [])
        values.set(ParameterName, ParameterValue);
      return { CacheParameterGroupName: input.CacheParameterGroupName };
    },
    DescribeCacheParameterGroups: (input: ByName, call) => {
      const name = input.CacheParameterGroupName;
      const all = [...elastiCacheState(world, call).parameterGroups.values()];
      return {
        CacheParameterGroups: (name === undefined ? all : [findParameterGroup(world, call, name)]).map(
          (one) => one.shown,
        ),
      };
    },
    DescribeCacheParameters: (input: ByName, call) => ({
      Parameters: [...findParameterGroup(world, call, input.CacheParameterGroupName).values].map(
        ([ParameterName, ParameterValue]) => ({
          ParameterName,
          ParameterValue,
          Source: "user",
        }),
      ),
    }),
    DeleteCacheParameterGroup: (input: ByName, call) => {
      const state = elastiCacheState(world, call);
      const { shown } = findParameterGroup(world, call, input.CacheParameterGroupName);
      if ([...state.groups.values()].some(({ cluster }) => cluster.parameterGroup === shown.CacheParameterGroupName)) {
        throw new AwsError(
          "InvalidCacheParameterGroupState",
          "One or more cache clusters are still members of this parameter group, so the group cannot be deleted.",
        );
      }
      state.parameterGroups.delete(shown.CacheParameterGroupName ?? "");
      return {};
    },
    ListTagsForResource: ({ ResourceName = "" }: { ResourceName?: string }, call) => ({
      TagList: elastiCacheState(world, call).tags.get(ResourceName) ?? [],
    }),
    AddTagsToResource: ({ ResourceName = "", Tags = [] }: { ResourceName?: string; Tags?: Tag[] }, call) => {
      const { tags } = elastiCacheState(world, call);
      const all = [...new Map([...(tags.get(ResourceName) ?? []), ...Tags].map((tag) => [tag.Key, tag])).values()];
      tags.set(ResourceName, all);
      return { TagList: all };
    },
    RemoveTagsFromResource: (
      { ResourceName = "", TagKeys = [] }: { ResourceName?: string; TagKeys?: string[] },
      call,
    ) => {
      const { tags } = elastiCacheState(world, call);
      const left = (tags.get(ResourceName) ?? []).filter((tag) => !TagKeys.includes(tag.Key ?? ""));
      tags.set(ResourceName, left);
      return { TagList: left };
    },
  };
}

function findSubnetGroup(world: World, call: Call, name: string | undefined): CacheSubnetGroup {
  const group = elastiCacheState(world, call).subnetGroups.get(name?.toLowerCase() ?? "");
  if (group === undefined)
    throw new AwsError("CacheSubnetGroupNotFoundFault", `Cache Subnet Group ${name} does not exist.`);
  return group;
}

function findParameterGroup(world: World, call: Call, name: string | undefined): CacheParameterGroupRecord {
  const group = elastiCacheState(world, call).parameterGroups.get(name?.toLowerCase() ?? "");
  if (group === undefined)
    throw new AwsError("CacheParameterGroupNotFound", `CacheParameterGroup ${name} not found.`, 404);
  return group;
}

function subnets(call: Call, ids: readonly string[]): NonNullable<CacheSubnetGroup["Subnets"]> {
  return ids.map((SubnetIdentifier, at) => ({
    SubnetIdentifier,
    SubnetAvailabilityZone: { Name: `${call.caller.region}${"abcdef"[at % 6]}` },
  }));
}
