/** VPCs, subnets, security groups and key pairs as people make them without a template. */
import type {
  CreateSecurityGroupCommandInput,
  CreateSubnetCommandInput,
  CreateVpcCommandInput,
  TagSpecification,
} from "@aws-sdk/client-ec2";
import { AwsError, type Operation, type World } from "../../kernel.ts";
import { addGroup, addSubnet, addVpc, networkOf, type Tag } from "./network.ts";
import { shownSubnet, shownVpc } from "./shape.ts";

/** The operations that make and delete networks. */
export function creatingOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateVpc: (input: CreateVpcCommandInput, call) => {
      const { caller } = call;
      if (input.CidrBlock === undefined)
        throw new AwsError("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.");
      const vpc = addVpc(world, networkOf(world, caller), {
        ...{ owner: caller.account, CidrBlock: input.CidrBlock },
        Tags: tagsOf(input.TagSpecifications, "vpc"),
      });
      return { Vpc: { ...shownVpc(vpc, { world, call }), State: "pending" } };
    },
    DeleteVpc: ({ VpcId = "" }: { VpcId?: string }, { caller }) => {
      const { vpcs, subnets, groups } = networkOf(world, caller);
      if (!vpcs.has(VpcId)) throw new AwsError("InvalidVpcID.NotFound", `The vpc ID '${VpcId}' does not exist`);
      const inside = [...subnets.values(), ...[...groups.values()].filter(({ GroupName }) => GroupName !== "default")];
      if (inside.some((one) => one.VpcId === VpcId))
        throw new AwsError("DependencyViolation", `The vpc '${VpcId}' has dependencies and cannot be deleted.`);
      for (const group of groups.values()) if (group.VpcId === VpcId) groups.delete(group.GroupId);
      vpcs.delete(VpcId);
      return {};
    },
    CreateSubnet: (input: CreateSubnetCommandInput, { caller }) => {
      const network = networkOf(world, caller);
      const VpcId = input.VpcId ?? "";
      if (!network.vpcs.has(VpcId)) throw new AwsError("InvalidVpcID.NotFound", `The vpc ID '${VpcId}' does not exist`);
      const subnet = addSubnet(world, network, {
        ...{ VpcId, CidrBlock: input.CidrBlock ?? "", MapPublicIpOnLaunch: false },
        AvailabilityZone: input.AvailabilityZone ?? `${caller.region}a`,
        Tags: tagsOf(input.TagSpecifications, "subnet"),
      });
      return { Subnet: shownSubnet(subnet, caller) };
    },
    DeleteSubnet: ({ SubnetId = "" }: { SubnetId?: string }, { caller }) => {
      if (!networkOf(world, caller).subnets.delete(SubnetId))
        throw new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${SubnetId}' does not exist`);
      return {};
    },
    CreateSecurityGroup: (input: CreateSecurityGroupCommandInput, { caller }) => {
      const network = networkOf(world, caller);
      const [usual] = [...network.vpcs.values()];
      const { GroupName = "", Description = "", VpcId = usual?.VpcId ?? "" } = input;
      if (!network.vpcs.has(VpcId)) throw new AwsError("InvalidVpcID.NotFound", `The vpc ID '${VpcId}' does not exist`);
      if ([...network.groups.values()].some((group) => group.GroupName === GroupName && group.VpcId === VpcId))
        throw new AwsError(
          "InvalidGroup.Duplicate",
          `The security group '${GroupName}' already exists for VPC '${VpcId}'`,
        );
      const group = addGroup(world, network, { GroupName, Description, VpcId });
      group.Tags = tagsOf(input.TagSpecifications, "security-group");
      return { GroupId: group.GroupId, Tags: group.Tags };
    },
    DeleteSecurityGroup: ({ GroupId = "" }: { GroupId?: string }, { caller }) => {
      if (!networkOf(world, caller).groups.delete(GroupId))
        throw new AwsError("InvalidGroup.NotFound", `The security group '${GroupId}' does not exist`);
      return { Return: true, GroupId };
    },
  };
}

function tagsOf(specifications: readonly TagSpecification[] | undefined, type: string): readonly Tag[] {
  return (specifications ?? [])
    .filter(({ ResourceType }) => ResourceType === type)
    .flatMap(({ Tags = [] }) => Tags.map(({ Key = "", Value = "" }) => ({ Key, Value })));
}
