/** What connects VPCs with the rest: endpoints, transit gateways, DHCP options, prefix lists. */
import { type Declared, declaredOf, stableHex, tagsOf } from "../../cloudformation/resources/declared.ts";
import { type Described, noSuch, ownTags, type Place } from "./described.ts";
import { networkOf } from "./network.ts";

const DHCP: Readonly<Record<string, string>> = {
  DomainName: "domain-name",
  DomainNameServers: "domain-name-servers",
  Ipv6AddressPreferredLeaseTime: "ipv6-address-preferred-lease-time",
  NetbiosNameServers: "netbios-name-servers",
  NetbiosNodeType: "netbios-node-type",
  NtpServers: "ntp-servers",
};

export const CONNECTING: readonly Described[] = [
  {
    ...{ operation: "DescribeDhcpOptions", ids: "DhcpOptionsIds", list: "DhcpOptions", id: "DhcpOptionsId" },
    type: "AWS::EC2::DHCPOptions",
    missing: ["InvalidDhcpOptionID.NotFound", noSuch("dhcpOption ID")],
    show: (options, { call }) => ({
      DhcpConfigurations: Object.entries(DHCP).flatMap(([property, Key]) => {
        const value = options.properties[property];
        return value === undefined ? [] : [{ Key, Values: [value].flat().map((one) => ({ Value: String(one) })) }];
      }),
      ...{ DhcpOptionsId: options.made.physicalId, OwnerId: call.caller.account, Tags: tagsOf(options) },
    }),
  },
  {
    ...{ operation: "DescribeManagedPrefixLists", ids: "PrefixListIds", list: "PrefixLists", id: "PrefixListId" },
    type: "AWS::EC2::PrefixList",
    missing: ["InvalidPrefixListID.NotFound", noSuch("prefix list ID")],
    show: (list, { call }) => ({
      ...{ AddressFamily: list.properties.AddressFamily, MaxEntries: Number(list.properties.MaxEntries) },
      OwnerId: call.caller.account,
      PrefixListArn: `arn:aws:ec2:${call.caller.region}:${call.caller.account}:prefix-list/${list.made.physicalId}`,
      ...{ PrefixListId: list.made.physicalId, PrefixListName: list.properties.PrefixListName },
      ...{ State: list.revision === 1 ? "create-complete" : "modify-complete", Tags: ownTags(list) },
      Version: list.revision,
    }),
  },
  {
    ...{ operation: "DescribeVpcEndpoints", ids: "VpcEndpointIds", list: "VpcEndpoints", id: "VpcEndpointId" },
    type: "AWS::EC2::VPCEndpoint",
    missing: ["InvalidVpcEndpointId.NotFound", (id) => `The Vpc Endpoint Id '${id}' does not exist`],
    show: endpointShown,
  },
  {
    ...{ operation: "DescribeTransitGateways", ids: "TransitGatewayIds", list: "TransitGateways" },
    ...{ id: "TransitGatewayId", type: "AWS::EC2::TransitGateway" },
    missing: ["InvalidTransitGatewayID.NotFound", (id) => `Transit Gateway ${id} was deleted or does not exist.`],
    show: (gateway, { call }) => {
      const { properties, made } = gateway;
      const routes = tableOf(made.physicalId);
      const option = (name: string, otherwise: string): string => String(properties[name] ?? otherwise);
      const [association, propagation] = [
        option("DefaultRouteTableAssociation", "enable"),
        option("DefaultRouteTablePropagation", "enable"),
      ];
      return {
        CreationTime: gateway.madeAt,
        ...(properties.Description !== undefined && { Description: properties.Description }),
        Options: {
          AmazonSideAsn: Number(properties.AmazonSideAsn ?? 64512),
          ...(association === "enable" && { AssociationDefaultRouteTableId: routes }),
          AutoAcceptSharedAttachments: option("AutoAcceptSharedAttachments", "disable"),
          DefaultRouteTableAssociation: association,
          DefaultRouteTablePropagation: propagation,
          DnsSupport: option("DnsSupport", "enable"),
          MulticastSupport: option("MulticastSupport", "disable"),
          ...(propagation === "enable" && { PropagationDefaultRouteTableId: routes }),
          SecurityGroupReferencingSupport: option("SecurityGroupReferencingSupport", "disable"),
          ...(properties.TransitGatewayCidrBlocks !== undefined && {
            TransitGatewayCidrBlocks: properties.TransitGatewayCidrBlocks,
          }),
          VpnEcmpSupport: option("VpnEcmpSupport", "enable"),
        },
        ...{ OwnerId: call.caller.account, State: "available", Tags: ownTags(gateway) },
        TransitGatewayArn: `arn:aws:ec2:${call.caller.region}:${call.caller.account}:transit-gateway/${made.physicalId}`,
        TransitGatewayId: made.physicalId,
      };
    },
    showDeleted: ({ made }) => ({ TransitGatewayId: made.physicalId, State: "deleted", Tags: [] }),
  },
  {
    ...{ operation: "DescribeTransitGatewayAttachments", ids: "TransitGatewayAttachmentIds" },
    ...{ list: "TransitGatewayAttachments", id: "TransitGatewayAttachmentId" },
    type: "AWS::EC2::TransitGatewayAttachment",
    missing: [
      "InvalidTransitGatewayAttachmentID.NotFound",
      (id) => `Transit Gateway Attachment ${id} was deleted or does not exist.`,
    ],
    show: (attachment, { call }) => {
      const { properties, made } = attachment;
      return {
        Association: { State: "associated", TransitGatewayRouteTableId: tableOf(String(properties.TransitGatewayId)) },
        ...{ CreationTime: attachment.madeAt, ResourceId: properties.VpcId, ResourceOwnerId: call.caller.account },
        ...{ ResourceType: "vpc", State: "available", Tags: ownTags(attachment) },
        ...{ TransitGatewayAttachmentId: made.physicalId, TransitGatewayId: properties.TransitGatewayId },
        TransitGatewayOwnerId: call.caller.account,
      };
    },
    showDeleted: ({ made }) => ({ TransitGatewayAttachmentId: made.physicalId, State: "deleted", Tags: [] }),
  },
];

/** The route table that a transit gateway has of its own. */
function tableOf(gatewayId: string): string {
  const own = { type: "AWS::EC2::TransitGateway", made: { physicalId: gatewayId, attributes: {} } };
  return `tgw-rtb-${stableHex({ ...own, tags: [], madeAt: new Date(0), changedAt: new Date(0), revision: 0 }, "routes", 17)}`;
}

const OPEN = { Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }] };

export function endpointShown(resource: Declared, { world, call }: Place): Readonly<Record<string, unknown>> {
  const { properties, made } = resource;
  const kind = String(properties.VpcEndpointType ?? "Gateway");
  const faces = kind === "Interface" || kind === "GatewayLoadBalancer";
  const subnetIds = (properties.SubnetIds ?? []) as readonly string[];
  const groupIds = (properties.SecurityGroupIds ?? []) as readonly string[];
  const { subnets, groups } = networkOf(world, call.caller);
  const zones = subnetIds.map((id) => subnets.get(id)?.AvailabilityZone ?? `${call.caller.region}a`);
  const service =
    String(properties.ServiceName ?? "")
      .split(".")
      .at(-1) ?? "";
  const stem = `${made.physicalId}-${stableHex(resource, "name", 8)}`;
  const domain = `${service}.${call.caller.region}.vpce.amazonaws.com`;
  const zone = (what: string): string => `Z${stableHex(resource, what, 20).toUpperCase()}`;
  const isPrivate = faces && properties.PrivateDnsEnabled === true;
  return {
    CreationTimestamp: resource.madeAt,
    DnsEntries: !faces
      ? []
      : [
          ...[stem, ...zones.map((name) => `${stem}-${name}`).reverse()].map((name) => ({
            ...{ DnsName: `${name}.${domain}`, HostedZoneId: zone("zone") },
          })),
          ...(isPrivate
            ? [
                { DnsName: `${service}.${call.caller.region}.amazonaws.com`, HostedZoneId: zone("private") },
                { DnsName: `${service}.${call.caller.region}.api.aws`, HostedZoneId: zone("private dual") },
              ]
            : []),
        ],
    ...(faces && { DnsOptions: { DnsRecordIpType: "ipv4" } }),
    Groups: groupIds.map((GroupId) => ({ GroupId, GroupName: groups.get(GroupId)?.GroupName })),
    ...(faces && { IpAddressType: properties.IpAddressType ?? "ipv4" }),
    NetworkInterfaceIds: faces ? subnetIds.map((id) => `eni-${stableHex(resource, id, 17)}`) : [],
    OwnerId: call.caller.account,
    PolicyDocument: JSON.stringify(properties.PolicyDocument ?? OPEN),
    ...{ PrivateDnsEnabled: isPrivate, RequesterManaged: false, RouteTableIds: properties.RouteTableIds ?? [] },
    ...{ ServiceName: properties.ServiceName, State: "available", SubnetIds: subnetIds, Tags: ownTags(resource) },
    ...{ VpcEndpointId: made.physicalId, VpcEndpointType: kind, VpcId: properties.VpcId },
  };
}

/** The entries of prefix lists. */
export function prefixListEntries(id: string | undefined, { world, call }: Place): object {
  const list = declaredOf(world, call, "AWS::EC2::PrefixList").find(({ made }) => made.physicalId === id);
  return { Entries: list?.properties.Entries ?? [] };
}
