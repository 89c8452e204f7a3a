/** Networks of an account and region: VPCs, subnets and security groups. Each region begins with its default VPC. */
import type { Caller, World } from "../../kernel.ts";

export interface Permission {
  readonly IpProtocol: string;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly IpRanges: readonly { readonly CidrIp: string; readonly Description?: string | undefined }[];
  readonly Ipv6Ranges?: readonly { readonly CidrIpv6: string; readonly Description?: string | undefined }[];
  readonly PrefixListIds?: readonly { readonly PrefixListId: string; readonly Description?: string | undefined }[];
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
  /** What its instances share their machines with. */
  tenancy: string;
  /** Whether names are resolved, and given to instances. */
  dns: { readonly support: boolean; readonly hostnames: boolean };
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
    const { VpcId } = addVpc(world, network, { owner: account, CidrBlock: "172.31.0.0/16", IsDefault: true, Tags: [] });
    for (const [index, zone] of ["a", "b", "c"].entries())
      addSubnet(world, network, {
        ...{ VpcId, AvailabilityZone: `${region}${zone}`, MapPublicIpOnLaunch: true, Tags: [] },
        CidrBlock: `172.31.${index * 16}.0/20`,
      });
    return network;
  });
}

/** Adds a VPC with its default security group, inside which everything may talk. */
export function addVpc(
  world: World,
  network: Network,
  {
    owner,
    ...about
  }: Pick<Vpc, "CidrBlock" | "Tags"> & Partial<Pick<Vpc, "IsDefault" | "dns" | "tenancy">> & { readonly owner: string },
): Vpc {
  const VpcId = `vpc-${world.hex(17)}`;
  const isDefault = about.IsDefault === true;
  const vpc: Vpc = {
    VpcId,
    IsDefault: isDefault,
    dns: { support: true, hostnames: isDefault },
    tenancy: "default",
    ...about,
  };
  network.vpcs.set(VpcId, vpc);
  const own = addGroup(world, network, { GroupName: "default", Description: "default VPC security group", VpcId });
  const within = { GroupId: own.GroupId, UserId: owner };
  own.ingress.set("default", { IpProtocol: "-1", IpRanges: [], UserIdGroupPairs: [within] });
  return vpc;
}

/** Adds a subnet. */
export function addSubnet(world: World, { subnets }: Network, about: Omit<Subnet, "SubnetId">): Subnet {
  const subnet: Subnet = { SubnetId: `subnet-${world.hex(17)}`, ...about };
  subnets.set(subnet.SubnetId, subnet);
  return subnet;
}

/** The id of something that a VPC has of its own: its main route table (`rtb`), default network ACL (`acl`) and the like. */
export function mainOf({ VpcId }: Pick<Vpc, "VpcId">, prefix: string): string {
  return `${prefix}-${VpcId.replace("vpc-", "")}`;
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
