/** Attributes of what templates make in EC2, so that Fn::GetAtt and the describing operations tell the same. */
import { attributeSources, type Declared, stableHex } from "../../cloudformation/resources/declared.ts";
import type { World } from "../../kernel.ts";
import { endpointShown } from "./connecting.ts";
import type { Place } from "./described.ts";
import { networkOf, type Subnet } from "./network.ts";

export function installEc2Attributes(world: World): void {
  const sources = attributeSources(world);
  sources.set("AWS::EC2::LaunchTemplate", ({ revision }) => ({ LatestVersionNumber: String(revision) }));
  sources.set("AWS::EC2::PrefixList", ({ revision }) => ({ Version: String(revision) }));
  sources.set("AWS::EC2::KeyPair", (pair) => ({ KeyFingerprint: fingerprint(pair) }));
  sources.set("AWS::EC2::NatGateway", (gateway) => ({ EniId: `eni-${stableHex(gateway, "interface", 17)}` }));
  sources.set("AWS::EC2::Instance", (instance, place) => {
    const { PrivateDnsName, PrivateIpAddress, PublicDnsName } = addressesOf(instance, place);
    const subnet = subnetOf(instance, place);
    return {
      ...{ AvailabilityZone: subnet?.AvailabilityZone, VpcId: subnet?.VpcId, PrivateIp: PrivateIpAddress },
      ...{ PrivateDnsName, PublicDnsName },
    };
  });
  sources.set("AWS::EC2::NetworkInterface", (face, place) => ({
    ...{ VpcId: subnetOf(face, place)?.VpcId, SecondaryPrivateIpAddresses: [], PrimaryIpv6Address: "" },
    PrimaryPrivateIpAddress: addressesOf(face, place).PrivateIpAddress,
  }));
  sources.set("AWS::EC2::VPCEndpoint", (endpoint, place) => {
    const { NetworkInterfaceIds, DnsEntries } = endpointShown(endpoint, place);
    const entries = DnsEntries as readonly { readonly HostedZoneId: string; readonly DnsName: string }[];
    return { NetworkInterfaceIds, DnsEntries: entries.map((one) => `${one.HostedZoneId}:${one.DnsName}`) };
  });
}

/** EC2 makes up a name after the logical id. */
export function templateName(template: Declared): string {
  const logicalId = template.tags.find(({ Key }) => Key === "aws:cloudformation:logical-id")?.Value ?? "";
  return String(template.properties.LaunchTemplateName ?? `${logicalId}_${stableHex(template, "name", 12)}`);
}

/** Of a key that EC2 made, the SHA-1; of one that was brought in, the MD5. */
export function fingerprint(pair: Declared): string {
  const digits = pair.properties.PublicKeyMaterial === undefined ? 40 : 32;
  return (stableHex(pair, "fingerprint", digits).match(/../g) ?? []).join(":");
}

/** The subnet of an instance or interface: without one of its own it is in the default network. */
export function subnetOf({ properties }: Declared, { world, call }: Place): Subnet | undefined {
  const { subnets } = networkOf(world, call.caller);
  return subnets.get(String(properties.SubnetId)) ?? [...subnets.values()][0];
}

/** The addresses of an instance and the names that follow from them. */
export function addressesOf(instance: Declared, place: Place) {
  const { region } = place.call.caller;
  const subnet = subnetOf(instance, place);
  const [a = "10", b = "0", c = "0"] = (subnet?.CidrBlock ?? "10.0.0.0/24").split(".");
  const last = 4 + (Number.parseInt(stableHex(instance, "address", 4), 16) % 250);
  const PrivateIpAddress = String(instance.properties.PrivateIpAddress ?? `${a}.${b}.${c}.${last}`);
  const isOpen = subnet?.MapPublicIpOnLaunch === true;
  const PublicIpAddress = isOpen ? String(instance.made.attributes.PublicIp) : undefined;
  const named = (ip: string): string => `ip-${ip.replaceAll(".", "-")}`;
  const inside = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  const outside = region === "us-east-1" ? "compute-1.amazonaws.com" : `${region}.compute.amazonaws.com`;
  return {
    ...{ PrivateIpAddress, PrivateDnsName: `${named(PrivateIpAddress)}.${inside}` },
    PublicDnsName: PublicIpAddress === undefined ? "" : `${named(PublicIpAddress).replace("ip-", "ec2-")}.${outside}`,
    ...(PublicIpAddress !== undefined && { PublicIpAddress }),
  };
}
