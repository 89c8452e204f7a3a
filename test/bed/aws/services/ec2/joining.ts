/** What joins networks to each other: peerings, attachments and route tables of transit gateways, gateways out, interfaces. */
import { stableHex, tagsOf } from "../../cloudformation/resources/declared.ts";
import { type Described, noSuch, ownTags, type Place } from "./described.ts";
import { networkOf } from "./network.ts";

export const JOINING: readonly Described[] = [
  {
    ...{ operation: "DescribeVpcPeeringConnections", ids: "VpcPeeringConnectionIds", list: "VpcPeeringConnections" },
    ...{ id: "VpcPeeringConnectionId", type: "AWS::EC2::VPCPeeringConnection" },
    missing: ["InvalidVpcPeeringConnectionID.NotFound", noSuch("vpcPeeringConnection ID")],
    show: (peering, place) => {
      const { VpcId, PeerVpcId, PeerOwnerId, PeerRegion } = peering.properties;
      const { account, region } = place.call.caller;
      return {
        AccepterVpcInfo: side(PeerVpcId, { owner: PeerOwnerId ?? account, region: PeerRegion ?? region }, place),
        RequesterVpcInfo: side(VpcId, { owner: account, region }, place),
        ...{ Status: { Code: "active", Message: "Active" }, Tags: tagsOf(peering) },
        VpcPeeringConnectionId: peering.made.physicalId,
      };
    },
    showDeleted: ({ made }) => ({
      Status: { Code: "deleted", Message: "Deleted by account" },
      ...{ Tags: [], VpcPeeringConnectionId: made.physicalId },
    }),
  },
  {
    ...{ operation: "DescribeTransitGatewayRouteTables", ids: "TransitGatewayRouteTableIds" },
    ...{ list: "TransitGatewayRouteTables", id: "TransitGatewayRouteTableId" },
    type: "AWS::EC2::TransitGatewayRouteTable",
    missing: [
      "InvalidRouteTableID.NotFound",
      (id) => `Transit Gateway Route Table ${id} was deleted or does not exist.`,
    ],
    show: (table) => ({
      ...{ CreationTime: table.madeAt, DefaultAssociationRouteTable: false, DefaultPropagationRouteTable: false },
      ...{ State: "available", Tags: ownTags(table), TransitGatewayId: table.properties.TransitGatewayId },
      TransitGatewayRouteTableId: table.made.physicalId,
    }),
  },
  {
    ...{ operation: "DescribeTransitGatewayVpcAttachments", ids: "TransitGatewayAttachmentIds" },
    ...{ list: "TransitGatewayVpcAttachments", id: "TransitGatewayAttachmentId" },
    type: "AWS::EC2::TransitGatewayAttachment",
    missing: [
      "InvalidTransitGatewayAttachmentID.NotFound",
      (id) => `Transit Gateway Attachment ${id} was deleted or does not exist.`,
    ],
    show: (attachment, { call }) => {
      const { properties, made, madeAt } = attachment;
      return {
        ...{ CreationTime: madeAt, State: "available", SubnetIds: properties.SubnetIds, Tags: ownTags(attachment) },
        Options: {
          ...{ DnsSupport: "enable", SecurityGroupReferencingSupport: "enable", Ipv6Support: "disable" },
          ...{ ApplianceModeSupport: "disable", ...properties.Options },
        },
        ...{ TransitGatewayAttachmentId: made.physicalId, TransitGatewayId: properties.TransitGatewayId },
        ...{ VpcId: properties.VpcId, VpcOwnerId: call.caller.account },
      };
    },
    showDeleted: ({ made }) => ({ TransitGatewayAttachmentId: made.physicalId, State: "deleted", Tags: [] }),
  },
  {
    ...{ operation: "DescribeEgressOnlyInternetGateways", ids: "EgressOnlyInternetGatewayIds" },
    ...{ list: "EgressOnlyInternetGateways", id: "EgressOnlyInternetGatewayId" },
    type: "AWS::EC2::EgressOnlyInternetGateway",
    missing: ["InvalidEgressOnlyInternetGatewayId.NotFound", noSuch("eigw ID")],
    show: ({ made, properties, ...rest }) => ({
      Attachments: [{ State: "attached", VpcId: properties.VpcId }],
      EgressOnlyInternetGatewayId: made.physicalId,
      Tags: tagsOf({ made, properties, ...rest }),
    }),
  },
  {
    ...{ operation: "DescribeNetworkInterfaces", ids: "NetworkInterfaceIds", list: "NetworkInterfaces" },
    ...{ id: "NetworkInterfaceId", type: "AWS::EC2::NetworkInterface" },
    missing: ["InvalidNetworkInterfaceID.NotFound", (id) => `The networkInterface ID '${id}' does not exist`],
    show: (face, { world, call }) => {
      const { properties, made } = face;
      const { subnets, groups } = networkOf(world, call.caller);
      const subnet = subnets.get(String(properties.SubnetId));
      const PrivateIpAddress = made.attributes.PrimaryPrivateIpAddress;
      return {
        ...{ AvailabilityZone: subnet?.AvailabilityZone, Description: properties.Description ?? "" },
        Groups: ((properties.GroupSet ?? []) as readonly string[]).map((GroupId) => ({
          ...{ GroupId, GroupName: groups.get(GroupId)?.GroupName },
        })),
        ...{ InterfaceType: properties.InterfaceType ?? "interface", Ipv6Addresses: [] },
        MacAddress: `0a:${(stableHex(face, "mac", 10).match(/../g) ?? []).join(":")}`,
        ...{ NetworkInterfaceId: made.physicalId, OwnerId: call.caller.account, PrivateIpAddress },
        PrivateIpAddresses: [{ Primary: true, PrivateIpAddress }],
        ...{ RequesterManaged: false, SourceDestCheck: properties.SourceDestCheck !== false, Status: "available" },
        ...{ SubnetId: properties.SubnetId, TagSet: tagsOf(face), VpcId: subnet?.VpcId },
      };
    },
  },
];

/** One of the two networks that a peering joins; of a foreign one only its name is known. */
function side(
  id: unknown,
  { owner, region }: { readonly owner: unknown; readonly region: unknown },
  { world, call }: Place,
): object {
  const vpc = networkOf(world, call.caller).vpcs.get(String(id));
  return {
    ...(vpc !== undefined && { CidrBlock: vpc.CidrBlock, CidrBlockSet: [{ CidrBlock: vpc.CidrBlock }] }),
    ...{ OwnerId: owner, Region: region, VpcId: id },
    PeeringOptions: {
      ...{ AllowDnsResolutionFromRemoteVpc: false, AllowEgressFromLocalClassicLinkToRemoteVpc: false },
      AllowEgressFromLocalVpcToRemoteClassicLink: false,
    },
  };
}
