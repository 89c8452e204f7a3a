/** Networks of an account and region: VPCs, subnets and security groups. Each region begins with its default VPC. */
import type { Caller, World } from "../../kernel.ts";

export interface Permission {
  readonly IpProtocol: string;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly IpRanges: readonly { readonly CidrIp: string; readonly Description?: string | undefined }[];
  readonly UserIdGroupPairs: readonly {
    readonly GroupId: string;
    readonly UserId: string;
    readonly Description?: string | undefined;
  }[];
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface Vpc {
  readonly VpcId: string;
  readonly CidrBlock: string;
  readonly IsDefault: boolean;
  Tags: readonly Tag[];
}

export interface Subnet {
  readonly SubnetId: string;
  readonly VpcId: string;
  readonly CidrBlock: string;
  readonly AvailabilityZone: string;
  MapPublicIpOnLaunch: boolean;
  Tags: readonly Tag[];
}

export interface SecurityGroup {
  readonly GroupId: string;
  readonly GroupName: string;
  readonly Description: string;
  readonly VpcId: string;
  readonly ingress: Map<string, Permission>;
  readonly egress: Map<string, Permission>;
  Tags: readonly Tag[];
}

export interface Network {
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly groups: Map<string, SecurityGroup>;
}

export type Where = Pick<Caller, "account" | "region">;

/** What lets everything out, which new security groups have. */
export const EVERYWHERE: Permission = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }], UserIdGroupPairs: [] };

/** The networks of an account and region. */
export function networkOf(world: World, { account, region }: Where): Network {
  return world.store("ec2-network", { account, region }, () => {
    const network: Network = { vpcs: new Map(), subnets: new Map(), groups: new Map() };
    const VpcId = `vpc-${world.hex(17)}`;
    network.vpcs.set(VpcId, { VpcId, CidrBlock: "172.31.0.0/16", IsDefault: true, Tags: [] });
    for (const [index, zone] of ["a", "b", "c"].entries()) {
      const SubnetId = `subnet-${world.hex(17)}`;
      network.subnets.set(SubnetId, {
        ...{ SubnetId, VpcId, AvailabilityZone: `${region}${zone}`, MapPublicIpOnLaunch: true, Tags: [] },
        CidrBlock: `172.31.${index * 16}.0/20`,
      });
    }
    addGroup(world, network, { GroupName: "default", Description: "default VPC security group", VpcId });
    return network;
  });
}

/** Adds a security group that lets everything out and nothing in. */
export function addGroup(
  world: World,
  { groups }: Network,
  about: Pick<SecurityGroup, "GroupName" | "Description" | "VpcId">,
): SecurityGroup {
  const GroupId = `sg-${world.hex(17)}`;
  const group: SecurityGroup = {
    ...about,
    ...{ GroupId, ingress: new Map(), egress: new Map([["default", EVERYWHERE]]), Tags: [] },
  };
  groups.set(GroupId, group);
  return group;
}
