/** Route tables, network ACLs and internet gateways, as templates make them and VPCs come with them. */
import { type Declared, declaredOf, stableHex, tagsOf } from "../../cloudformation/resources/declared.ts";
import type { Properties } from "../../kernel.ts";
import { type Described, noSuch, type Place } from "./described.ts";
import { mainOf, networkOf, type Vpc } from "./network.ts";

/** What a route can lead to. */
const TARGETS = [
  "CarrierGatewayId",
  "EgressOnlyInternetGatewayId",
  "GatewayId",
  "InstanceId",
  "LocalGatewayId",
  "NatGatewayId",
  "NetworkInterfaceId",
  "TransitGatewayId",
  "VpcPeeringConnectionId",
];
const DESTINATIONS = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
const ASSOCIATED = { AssociationState: { State: "associated" } };

export const ROUTING: readonly Described[] = [
  {
    ...{ operation: "DescribeRouteTables", ids: "RouteTableIds", list: "RouteTables", id: "RouteTableId" },
    type: "AWS::EC2::RouteTable",
    missing: ["InvalidRouteTableID.NotFound", noSuch("routeTable ID")],
    show: (table, place) => {
      const RouteTableId = table.made.physicalId;
      const mine = (type: string): readonly Declared[] =>
        declaredOf(place.world, place.call, type).filter(({ properties }) => properties.RouteTableId === RouteTableId);
      return {
        Associations: mine("AWS::EC2::SubnetRouteTableAssociation").map(({ made, properties }) => ({
          ...{ Main: false, RouteTableAssociationId: made.physicalId, RouteTableId, SubnetId: properties.SubnetId },
          ...ASSOCIATED,
        })),
        ...{ OwnerId: place.call.caller.account, PropagatingVgws: [], RouteTableId },
        Routes: [local(cidrOf(table.properties.VpcId, place)), ...mine("AWS::EC2::Route").map(route)],
        ...{ Tags: tagsOf(table), VpcId: table.properties.VpcId },
      };
    },
    others: (place) =>
      vpcsOf(place).map((vpc) => {
        const RouteTableId = mainOf(vpc, "rtb");
        return {
          Associations: [{ Main: true, RouteTableAssociationId: mainOf(vpc, "rtbassoc"), RouteTableId, ...ASSOCIATED }],
          ...{ OwnerId: place.call.caller.account, PropagatingVgws: [], RouteTableId },
          ...{ Routes: [local(vpc.CidrBlock)], Tags: [], VpcId: vpc.VpcId },
        };
      }),
  },
  {
    ...{ operation: "DescribeNetworkAcls", ids: "NetworkAclIds", list: "NetworkAcls", id: "NetworkAclId" },
    type: "AWS::EC2::NetworkAcl",
    missing: ["InvalidNetworkAclID.NotFound", noSuch("networkAcl ID")],
    show: (acl, place) => {
      const NetworkAclId = acl.made.physicalId;
      const mine = (type: string): readonly Declared[] =>
        declaredOf(place.world, place.call, type).filter(({ properties }) => properties.NetworkAclId === NetworkAclId);
      return {
        Associations: mine("AWS::EC2::SubnetNetworkAclAssociation").map(({ made, properties }) => ({
          ...{ NetworkAclAssociationId: made.physicalId, NetworkAclId, SubnetId: properties.SubnetId },
        })),
        Entries: entries(mine("AWS::EC2::NetworkAclEntry").map(({ properties }) => entry(properties))),
        ...{ IsDefault: false, NetworkAclId, OwnerId: place.call.caller.account },
        ...{ Tags: tagsOf(acl), VpcId: acl.properties.VpcId },
      };
    },
    others: (place) => {
      const { subnets } = networkOf(place.world, place.call.caller);
      const taken = new Set(
        declaredOf(place.world, place.call, "AWS::EC2::SubnetNetworkAclAssociation").map(
          ({ properties }) => properties.SubnetId,
        ),
      );
      return vpcsOf(place).map((vpc) => {
        const NetworkAclId = mainOf(vpc, "acl");
        const left = [...subnets.values()].filter(({ VpcId, SubnetId }) => VpcId === vpc.VpcId && !taken.has(SubnetId));
        return {
          Associations: left.map((subnet) => ({
            NetworkAclAssociationId: subnet.SubnetId.replace("subnet", "aclassoc"),
            ...{ NetworkAclId, SubnetId: subnet.SubnetId },
          })),
          Entries: entries([true, false].map((Egress) => ({ ...allow, Egress }))),
          ...{ IsDefault: true, NetworkAclId, OwnerId: place.call.caller.account, Tags: [], VpcId: vpc.VpcId },
        };
      });
    },
  },
  {
    ...{ operation: "DescribeInternetGateways", ids: "InternetGatewayIds", list: "InternetGateways" },
    ...{ id: "InternetGatewayId", type: "AWS::EC2::InternetGateway" },
    missing: ["InvalidInternetGatewayID.NotFound", noSuch("internetGateway ID")],
    show: (gateway, { world, call }) => ({
      Attachments: declaredOf(world, call, "AWS::EC2::VPCGatewayAttachment")
        .filter(({ properties }) => properties.InternetGatewayId === gateway.made.physicalId)
        .map(({ properties }) => ({ State: "available", VpcId: properties.VpcId })),
      ...{ InternetGatewayId: gateway.made.physicalId, OwnerId: call.caller.account, Tags: tagsOf(gateway) },
    }),
  },
  {
    ...{ operation: "DescribeNatGateways", ids: "NatGatewayIds", list: "NatGateways", id: "NatGatewayId" },
    type: "AWS::EC2::NatGateway",
    missing: ["NatGatewayNotFound", (id) => `The Nat Gateway ${id} was not found`],
    show: (gateway, { world, call }) => ({
      ConnectivityType: gateway.properties.ConnectivityType ?? "public",
      CreateTime: gateway.madeAt,
      NatGatewayAddresses: [
        {
          ...addressOf(gateway, { world, call }),
          NetworkInterfaceId: `eni-${stableHex(gateway, "interface", 17)}`,
          ...{ IsPrimary: true, Status: "succeeded" },
        },
      ],
      ...{ NatGatewayId: gateway.made.physicalId, State: "available", SubnetId: gateway.properties.SubnetId },
      Tags: tagsOf(gateway),
      VpcId: networkOf(world, call.caller).subnets.get(String(gateway.properties.SubnetId))?.VpcId,
    }),
    showDeleted: ({ made }) => ({ NatGatewayId: made.physicalId, State: "deleted", Tags: [] }),
  },
];

/** What a gateway has of its address: none where it is private. */
function addressOf(gateway: Declared, { world, call }: Place): object {
  const { AllocationId, SubnetId, PrivateIpAddress } = gateway.properties;
  const [a = "10", b = "0", c = "0"] = String(
    networkOf(world, call.caller).subnets.get(String(SubnetId))?.CidrBlock ?? "10.0.0.0/24",
  ).split(".");
  const last = 4 + (Number.parseInt(stableHex(gateway, "address", 4), 16) % 250);
  const elastic = declaredOf(world, call, "AWS::EC2::EIP").find(
    ({ made }) => made.attributes.AllocationId === AllocationId,
  );
  return {
    PrivateIp: PrivateIpAddress ?? `${a}.${b}.${c}.${last}`,
    ...(AllocationId !== undefined && {
      ...{ AllocationId, AssociationId: `eipassoc-${stableHex(gateway, "association", 17)}` },
      PublicIp: elastic?.made.physicalId,
    }),
  };
}

function vpcsOf({ world, call }: Place): readonly Vpc[] {
  return [...networkOf(world, call.caller).vpcs.values()];
}

function cidrOf(vpcId: unknown, { world, call }: Place): string {
  return networkOf(world, call.caller).vpcs.get(String(vpcId))?.CidrBlock ?? "10.0.0.0/16";
}

function local(cidr: string): object {
  return { DestinationCidrBlock: cidr, GatewayId: "local", Origin: "CreateRouteTable", State: "active" };
}

function route({ properties }: Declared): object {
  const given = [...DESTINATIONS, ...TARGETS].filter((name) => properties[name] !== undefined);
  return {
    ...Object.fromEntries(given.map((name) => [name, properties[name]])),
    ...{ Origin: "CreateRoute", State: "active" },
  };
}

const allow = { CidrBlock: "0.0.0.0/0", Protocol: "-1", RuleAction: "allow", RuleNumber: 100 };

interface Entry {
  readonly Egress: boolean;
  readonly RuleNumber: number;
}

function entry(properties: Properties): Entry {
  const { CidrBlock, Ipv6CidrBlock, Protocol, RuleAction, PortRange, Icmp } = properties;
  return {
    ...(CidrBlock !== undefined && { CidrBlock }),
    ...(Ipv6CidrBlock !== undefined && { Ipv6CidrBlock }),
    ...(Icmp !== undefined && { IcmpTypeCode: Icmp }),
    ...(PortRange !== undefined && { PortRange: { From: Number(PortRange.From), To: Number(PortRange.To) } }),
    ...{ Protocol: String(Protocol), RuleAction, Egress: properties.Egress === true },
    RuleNumber: Number(properties.RuleNumber),
  };
}

/** What leaves first, each way in the order of the rules, and at the end what denies the rest. */
function entries(given: readonly Entry[]): readonly object[] {
  return [true, false].flatMap((Egress) => [
    ...given.filter((one) => one.Egress === Egress).sort((a, b) => a.RuleNumber - b.RuleNumber),
    { CidrBlock: "0.0.0.0/0", Egress, Protocol: "-1", RuleAction: "deny", RuleNumber: 32767 },
  ]);
}
