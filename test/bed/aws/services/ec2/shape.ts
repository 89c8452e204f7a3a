/** How EC2 shows VPCs, subnets and security groups. */
import { createHash } from "node:crypto";
import type { Caller } from "../../kernel.ts";
import { mainOf, type Permission, type SecurityGroup, type Subnet, type Vpc } from "./network.ts";

/** A VPC as DescribeVpcs shows it. */
export function shownVpc({ dns: _, ...vpc }: Vpc, { account, region }: Pick<Caller, "account" | "region">) {
  const AssociationId = mainOf(vpc, "vpc-cidr-assoc");
  return {
    ...vpc,
    ...{ State: "available", OwnerId: account, InstanceTenancy: "default" },
    // Every network of a region begins with the region's own options.
    DhcpOptionsId: `dopt-${stable(`${account} ${region} dopt`)}`,
    CidrBlockAssociationSet: [{ AssociationId, CidrBlock: vpc.CidrBlock, CidrBlockState: { State: "associated" } }],
    BlockPublicAccessStates: { InternetGatewayBlockMode: "off" },
  };
}

/** A subnet as DescribeSubnets shows it: of a /20 five addresses are AWS's own. */
export function shownSubnet(
  subnet: Subnet,
  { account, region, isDefault = false }: Pick<Caller, "account" | "region"> & { readonly isDefault?: boolean },
) {
  const prefix = Number(subnet.CidrBlock.split("/")[1] ?? 20);
  return {
    ...subnet,
    SubnetArn: `arn:aws:ec2:${region}:${account}:subnet/${subnet.SubnetId}`,
    AvailableIpAddressCount: 2 ** (32 - prefix) - 5,
    State: "available",
    OwnerId: account,
    AvailabilityZoneId: zoneId(subnet.AvailabilityZone),
    ...{ DefaultForAz: isDefault, MapCustomerOwnedIpOnLaunch: false, AssignIpv6AddressOnCreation: false },
    ...{ Ipv6CidrBlockAssociationSet: [], EnableDns64: false, Ipv6Native: false },
    PrivateDnsNameOptionsOnLaunch: {
      ...{ HostnameType: "ip-name", EnableResourceNameDnsARecord: false, EnableResourceNameDnsAAAARecord: false },
    },
    BlockPublicAccessStates: { InternetGatewayBlockMode: "off" },
  };
}

/** `us-east-1a` → `use1-az1`, the id of the zone that is the same in every account. */
export function zoneId(zone: string): string {
  const [, place = "", direction = "", number = "", letter = "a"] = /^([a-z]+)-([a-z]+)-(\d)([a-z])/.exec(zone) ?? [];
  const short = direction.replace(/(north|south|east|west|central)/g, (word) => word.charAt(0));
  return `${place}${short}${number}-az${letter.charCodeAt(0) - 96}`;
}

function stable(of: string): string {
  return createHash("sha256").update(of).digest("hex").slice(0, 17);
}

/** A security group as DescribeSecurityGroups shows it. */
export function shownGroup(group: SecurityGroup, { account, region }: Pick<Caller, "account" | "region">) {
  const { ingress, egress, ...rest } = group;
  const permissions = (rules: ReadonlyMap<string, Permission>): readonly object[] =>
    [...rules.values()].map((rule) => ({ ...rule, Ipv6Ranges: [], PrefixListIds: [] }));
  return {
    ...rest,
    OwnerId: account,
    IpPermissions: permissions(ingress),
    IpPermissionsEgress: permissions(egress),
    SecurityGroupArn: `arn:aws:ec2:${region}:${account}:security-group/${group.GroupId}`,
  };
}
