/** How EC2 shows VPCs, subnets and security groups. */
import type { Caller } from "../../kernel.ts";
import type { Permission, SecurityGroup, Subnet, Vpc } from "./network.ts";

/** A VPC as DescribeVpcs shows it. */
export function shownVpc(vpc: Vpc, { account }: Pick<Caller, "account">) {
  return { ...vpc, State: "available", OwnerId: account, InstanceTenancy: "default" };
}

/** A subnet as DescribeSubnets shows it: of a /20 five addresses are AWS's own. */
export function shownSubnet(subnet: Subnet, { account, region }: Pick<Caller, "account" | "region">) {
  const prefix = Number(subnet.CidrBlock.split("/")[1] ?? 20);
  return {
    ...subnet,
    SubnetArn: `arn:aws:ec2:${region}:${account}:subnet/${subnet.SubnetId}`,
    AvailableIpAddressCount: 2 ** (32 - prefix) - 5,
    State: "available",
    OwnerId: account,
  };
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
