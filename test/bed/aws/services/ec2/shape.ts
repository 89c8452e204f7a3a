/** How EC2 shows VPCs, subnets and security groups. */
import { createHash } from "node:crypto";
import { declaredOf } from "../../cloudformation/resources/declared.ts";
import type { Caller, Properties } from "../../kernel.ts";
import type { Place } from "./described.ts";
import { mainOf, type Permission, type SecurityGroup, type Subnet, type Vpc } from "./network.ts";

const ASSOCIATED = { CidrBlockState: { State: "associated" } };

/** A VPC as DescribeVpcs shows it. */
export function shownVpc({ dns: _, tenancy, ...vpc }: Vpc, { world, call }: Place) {
  const { account, region } = call.caller;
  const AssociationId = mainOf(vpc, "vpc-cidr-assoc");
  const usual = `dopt-${stable(`${account} ${region} dopt`)}`;
  const ofVpc = (type: string): readonly Properties[] =>
    declaredOf(world, call, type).flatMap(({ properties, made }) =>
      properties.VpcId === vpc.VpcId ? [{ ...properties, id: made.attributes.Id }] : [],
    );
  const more = ofVpc("AWS::EC2::VPCCidrBlock")
    .filter(({ CidrBlock }) => CidrBlock !== undefined)
    .map(({ CidrBlock, id }) => ({ AssociationId: id, CidrBlock, ...ASSOCIATED }));
  return {
    ...vpc,
    ...{ State: "available", OwnerId: account, InstanceTenancy: tenancy },
    // Every network of a region begins with the region's own options.
    DhcpOptionsId: ofVpc("AWS::EC2::VPCDHCPOptionsAssociation")[0]?.DhcpOptionsId ?? usual,
    CidrBlockAssociationSet: [{ AssociationId, CidrBlock: vpc.CidrBlock, ...ASSOCIATED }, ...more],
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
  return {
    ...rest,
    OwnerId: account,
    IpPermissions: permissionsIn(ingress),
    IpPermissionsEgress: permissionsIn(egress),
    SecurityGroupArn: `arn:aws:ec2:${region}:${account}:security-group/${group.GroupId}`,
  };
}

/** Rules for the same ports are one permission, however many sources they name. */
function permissionsIn(rules: ReadonlyMap<string, Permission>): readonly object[] {
  const byPorts = new Map<string, Required<Permission>>();
  for (const rule of rules.values()) {
    const { IpProtocol, FromPort, ToPort } = rule;
    const ports = `${IpProtocol} ${FromPort} ${ToPort}`;
    const before = byPorts.get(ports);
    byPorts.set(ports, {
      ...{ IpProtocol, FromPort, ToPort },
      IpRanges: [...(before?.IpRanges ?? []), ...rule.IpRanges],
      Ipv6Ranges: [...(before?.Ipv6Ranges ?? []), ...(rule.Ipv6Ranges ?? [])],
      PrefixListIds: [...(before?.PrefixListIds ?? []), ...(rule.PrefixListIds ?? [])],
      UserIdGroupPairs: [...(before?.UserIdGroupPairs ?? []), ...rule.UserIdGroupPairs],
    });
  }
  return [...byPorts.values()];
}
