/** Subnet groups and parameter groups. */
import type {
  CreateDBParameterGroupMessage,
  CreateDBSubnetGroupMessage,
  DBSubnetGroup,
  DescribeDBParametersMessage,
  ModifyDBParameterGroupMessage,
  Parameter,
} from "@aws-sdk/client-rds";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { rdsPage } from "./paging.ts";
import { type ParameterGroupRecord, rdsArn, rdsState } from "./state.ts";

interface ByName {
  readonly DBSubnetGroupName?: string;
  readonly DBParameterGroupName?: string;
  readonly Marker?: string;
  readonly MaxRecords?: number;
}

/** Subnet group operations by name. */
export function subnetGroupOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateDBSubnetGroup: (input: CreateDBSubnetGroupMessage, call) => {
      const state = rdsState(world, call);
      const name = (input.DBSubnetGroupName ?? "").toLowerCase();
      if (state.subnetGroups.has(name))
        throw new AwsError("DBSubnetGroupAlreadyExists", `The DB subnet group '${name}' already exists.`);
      const group: DBSubnetGroup = {
        DBSubnetGroupName: name,
        DBSubnetGroupDescription: input.DBSubnetGroupDescription,
        DBSubnetGroupArn: rdsArn(call, "subgrp", name),
        VpcId: "vpc-bed",
        SubnetGroupStatus: "Complete",
        SupportedNetworkTypes: ["IPV4"],
        Subnets: subnets(call, input.SubnetIds ?? []),
      };
      state.subnetGroups.set(name, group);
      state.tags.set(group.DBSubnetGroupArn ?? "", input.Tags ?? []);
      return { DBSubnetGroup: group };
    },
    ModifyDBSubnetGroup: (input: Partial<CreateDBSubnetGroupMessage>, call) => {
      const group = findSubnetGroup(world, call, input.DBSubnetGroupName);
      if (input.DBSubnetGroupDescription !== undefined) group.DBSubnetGroupDescription = input.DBSubnetGroupDescription;
      group.Subnets = subnets(call, input.SubnetIds ?? []);
      return { DBSubnetGroup: group };
    },
    DescribeDBSubnetGroups: (input: ByName, call) => {
      if (input.DBSubnetGroupName !== undefined)
        return { DBSubnetGroups: [findSubnetGroup(world, call, input.DBSubnetGroupName)] };
      const { items, Marker } = rdsPage([...rdsState(world, call).subnetGroups.values()], input);
      return { DBSubnetGroups: items, ...(Marker !== undefined && { Marker }) };
    },
    DeleteDBSubnetGroup: (input: ByName, call) => {
      const state = rdsState(world, call);
      const group = findSubnetGroup(world, call, input.DBSubnetGroupName);
      const user = [...state.instances.values()].find(
        ({ shown }) => shown.DBSubnetGroup?.DBSubnetGroupName === group.DBSubnetGroupName,
      );
      if (user !== undefined) {
        throw new AwsError(
          "InvalidDBSubnetGroupStateFault",
          `Cannot delete the subnet group '${group.DBSubnetGroupName}' because at least one database instance: ${user.shown.DBInstanceIdentifier} is still using it.`,
        );
      }
      state.subnetGroups.delete(group.DBSubnetGroupName ?? "");
      return {};
    },
  };
}

/** Parameter group operations by name. */
export function parameterGroupOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateDBParameterGroup: (input: CreateDBParameterGroupMessage, call) => {
      const state = rdsState(world, call);
      const name = (input.DBParameterGroupName ?? "").toLowerCase();
      if (state.parameterGroups.has(name))
        throw new AwsError("DBParameterGroupAlreadyExists", `Parameter group ${name} already exists`);
      const shown = {
        DBParameterGroupName: name,
        DBParameterGroupFamily: input.DBParameterGroupFamily,
        Description: input.Description,
        DBParameterGroupArn: rdsArn(call, "pg", name),
      };
      state.parameterGroups.set(name, { shown, parameters: new Map() });
      state.tags.set(shown.DBParameterGroupArn, input.Tags ?? []);
      return { DBParameterGroup: shown };
    },
    ModifyDBParameterGroup: (input: ModifyDBParameterGroupMessage, call) => {
      const { parameters } = findParameterGroup(world, call, input.DBParameterGroupName);
      for (const parameter of input.Parameters ?? [])
        parameters.set(parameter.ParameterName ?? "", { ...parameter, Source: "user" });
      return { DBParameterGroupName: input.DBParameterGroupName };
    },
    ResetDBParameterGroup: (input: ByName & { ResetAllParameters?: boolean; Parameters?: Parameter[] }, call) => {
      const { parameters } = findParameterGroup(world, call, input.DBParameterGroupName);
      if (input.ResetAllParameters === true) parameters.clear();
      for (const parameter of input.Parameters ?? []) parameters.delete(parameter.ParameterName ?? "");
      return { DBParameterGroupName: input.DBParameterGroupName };
    },
    DescribeDBParameterGroups: (input: ByName, call) => {
      if (input.DBParameterGroupName !== undefined)
        return { DBParameterGroups: [findParameterGroup(world, call, input.DBParameterGroupName).shown] };
      const { items, Marker } = rdsPage(
        [...rdsState(world, call).parameterGroups.values()].map((one) => one.shown),
        input,
      );
      return { DBParameterGroups: items, ...(Marker !== undefined && { Marker }) };
    },
    DescribeDBParameters: (input: DescribeDBParametersMessage, call) => ({
      Parameters: [...findParameterGroup(world, call, input.DBParameterGroupName).parameters.values()],
    }),
    DeleteDBParameterGroup: (input: ByName, call) => {
      const state = rdsState(world, call);
      const { shown } = findParameterGroup(world, call, input.DBParameterGroupName);
      const used = [...state.instances.values()].some((one) =>
        one.shown.DBParameterGroups?.some((group) => group.DBParameterGroupName === shown.DBParameterGroupName),
      );
      if (used)
        throw new AwsError(
          "InvalidDBParameterGroupState",
          "One or more database instances are still members of this parameter group, so the group cannot be deleted",
        );
      state.parameterGroups.delete(shown.DBParameterGroupName ?? "");
      return {};
    },
  };
}

function findSubnetGroup(world: World, call: Call, name: string | undefined): DBSubnetGroup {
  const group = rdsState(world, call).subnetGroups.get(name?.toLowerCase() ?? "");
  if (group === undefined)
    throw new AwsError("DBSubnetGroupNotFoundFault", `DB subnet group '${name}' does not exist.`, 404);
  return group;
}

function findParameterGroup(world: World, call: Call, name: string | undefined): ParameterGroupRecord {
  const group = rdsState(world, call).parameterGroups.get(name?.toLowerCase() ?? "");
  if (group === undefined) throw new AwsError("DBParameterGroupNotFound", `DBParameterGroup not found: ${name}`, 404);
  return group;
}

function subnets(call: Call, ids: readonly string[]): NonNullable<DBSubnetGroup["Subnets"]> {
  if (ids.length < 2) {
    throw new AwsError(
      "DBSubnetGroupDoesNotCoverEnoughAZs",
      "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Add subnets to cover at least 2 AZs.",
    );
  }
  return ids.map((SubnetIdentifier, at) => ({
    SubnetIdentifier,
    SubnetAvailabilityZone: { Name: `${call.caller.region}${"abcdef"[at % 6]}` },
    SubnetStatus: "Active",
  }));
}
