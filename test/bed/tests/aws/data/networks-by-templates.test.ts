/** What EC2 shows of what templates make, change and take away. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ACCOUNT, attribute, ref, resource, startAccount } from "./account.ts";

let on: Awaited<ReturnType<typeof startAccount>>;
beforeEach(async () => {
  on = await startAccount();
});
afterEach(() => on.stop());

const vpc = resource("EC2::VPC", { CidrBlock: "10.0.0.0/16" });

test("rules for the same ports are one permission with all their sources, of either kind of address", async () => {
  const web = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
  const { ids } = await on.create({
    Vpc: vpc,
    Group: resource("EC2::SecurityGroup", {
      ...{ GroupDescription: "d", VpcId: ref("Vpc") },
      SecurityGroupIngress: [
        { ...web, CidrIp: "10.0.0.0/8" },
        { ...web, CidrIpv6: "::/0", Description: "all" },
        { ...web, FromPort: 80, ToPort: 80, SourcePrefixListId: "pl-1" },
      ],
    }),
  });
  const { SecurityGroups } = await on.ask("ec2", "DescribeSecurityGroups", { GroupIds: [ids.Group] });
  expect(SecurityGroups[0].IpPermissions).toEqual([
    {
      ...{ ...web, IpRanges: [{ CidrIp: "10.0.0.0/8" }], Ipv6Ranges: [{ CidrIpv6: "::/0", Description: "all" }] },
      ...{ PrefixListIds: [], UserIdGroupPairs: [] },
    },
    {
      ...{ ...web, FromPort: 80, ToPort: 80, IpRanges: [], Ipv6Ranges: [], UserIdGroupPairs: [] },
      PrefixListIds: [{ PrefixListId: "pl-1" }],
    },
  ]);
  const { SecurityGroupRules } = await on.ask("ec2", "DescribeSecurityGroupRules", {
    Filters: [{ Name: "group-id", Values: [ids.Group] }],
  });
  expect(SecurityGroupRules).toHaveLength(4);
});

test("a security group that names no network is in the default one", async () => {
  const { outputs } = await on.create(
    { Group: resource("EC2::SecurityGroup", { GroupDescription: "d" }) },
    { Vpc: attribute("Group", "VpcId") },
  );
  const { Vpcs } = await on.ask("ec2", "DescribeVpcs", { Filters: [{ Name: "is-default", Values: ["true"] }] });
  expect(outputs.Vpc).toBe(Vpcs[0].VpcId);
});

test("a network shows its tenancy, its own options and the ranges that it was given later, until they go", async () => {
  const network = resource("EC2::VPC", { CidrBlock: "10.0.0.0/16", InstanceTenancy: "dedicated" });
  const options = resource("EC2::DHCPOptions", { DomainName: "clinic.example" });
  const association = { VpcId: ref("Vpc"), DhcpOptionsId: ref("Options") };
  const { ids } = await on.create({
    ...{ Vpc: network, Options: options },
    Own: resource("EC2::VPCDHCPOptionsAssociation", association),
    More: resource("EC2::VPCCidrBlock", { VpcId: ref("Vpc"), CidrBlock: "10.1.0.0/16" }),
  });
  const shown = async () => (await on.ask("ec2", "DescribeVpcs", { VpcIds: [ids.Vpc] })).Vpcs[0];
  expect(await shown()).toMatchObject({ InstanceTenancy: "dedicated", DhcpOptionsId: ids.Options });
  const ranges = (await shown()).CidrBlockAssociationSet.map((one: Record<string, string>) => one.CidrBlock);
  expect(ranges).toEqual(["10.0.0.0/16", "10.1.0.0/16"]);

  await on.update({ Vpc: network, Options: options });
  expect((await shown()).DhcpOptionsId).not.toBe(ids.Options);
});

test("what Fn::GetAtt gives is what the describing operations show", async () => {
  const { ids, outputs } = await on.create(
    {
      Vpc: vpc,
      Subnet: resource("EC2::Subnet", { VpcId: ref("Vpc"), CidrBlock: "10.0.1.0/24" }),
      Instance: resource("EC2::Instance", { ImageId: "ami-1", SubnetId: ref("Subnet") }),
      Pair: resource("EC2::KeyPair", { KeyName: "pair" }),
      List: resource("EC2::PrefixList", { PrefixListName: "l", AddressFamily: "IPv4", MaxEntries: 1 }),
    },
    {
      Acl: attribute("Subnet", "NetworkAclAssociationId"),
      Address: attribute("Instance", "PrivateIp"),
      Name: attribute("Instance", "PrivateDnsName"),
      InstanceVpc: attribute("Instance", "VpcId"),
      Fingerprint: attribute("Pair", "KeyFingerprint"),
      ListOwner: attribute("List", "OwnerId"),
    },
  );
  const { Reservations } = await on.ask("ec2", "DescribeInstances", { InstanceIds: [ids.Instance] });
  const [instance] = Reservations[0].Instances;
  const { KeyPairs } = await on.ask("ec2", "DescribeKeyPairs", { KeyNames: ["pair"] });
  const { NetworkAcls } = await on.ask("ec2", "DescribeNetworkAcls", {
    Filters: [{ Name: "association.subnet-id", Values: [ids.Subnet] }],
  });
  expect(outputs).toEqual({
    ...{ Acl: NetworkAcls[0].Associations[0].NetworkAclAssociationId, Fingerprint: KeyPairs[0].KeyFingerprint },
    ...{ Address: instance.PrivateIpAddress, Name: instance.PrivateDnsName, InstanceVpc: ids.Vpc, ListOwner: ACCOUNT },
  });
  expect(outputs.Address).toMatch(/^10\.0\.1\.\d+$/);
  expect(outputs.Name).toBe(`ip-${String(outputs.Address).replaceAll(".", "-")}.ec2.internal`);
});

test("a launch template counts its versions, and the newest is shown with what it holds", async () => {
  const launch = (InstanceType: string) => ({
    Launch: resource("EC2::LaunchTemplate", { LaunchTemplateData: { InstanceType } }),
  });
  const outputs = { Newest: attribute("Launch", "LatestVersionNumber") };
  const { ids } = await on.create(launch("t3.micro"), outputs);
  expect((await on.update(launch("t3.small"), outputs)).outputs.Newest).toBe("2");
  const asked = { LaunchTemplateId: ids.Launch, Versions: ["$Latest"] };
  const { LaunchTemplateVersions } = await on.ask("ec2", "DescribeLaunchTemplateVersions", asked);
  expect(LaunchTemplateVersions).toMatchObject([
    { VersionNumber: 2, DefaultVersion: false, LaunchTemplateData: { InstanceType: "t3.small" } },
  ]);
});

test("two networks that are joined show each other, and are shown as parted for a while", async () => {
  const { ids } = await on.create({
    ...{ A: vpc, B: resource("EC2::VPC", { CidrBlock: "10.1.0.0/16" }) },
    Peering: resource("EC2::VPCPeeringConnection", { VpcId: ref("A"), PeerVpcId: ref("B") }),
  });
  expect(ids.Peering).toMatch(/^pcx-[0-9a-f]{17}$/);
  const shown = async () =>
    (await on.ask("ec2", "DescribeVpcPeeringConnections", { VpcPeeringConnectionIds: [ids.Peering] }))
      .VpcPeeringConnections[0];
  expect(await shown()).toMatchObject({
    RequesterVpcInfo: { VpcId: ids.A, CidrBlock: "10.0.0.0/16", OwnerId: ACCOUNT },
    AccepterVpcInfo: { VpcId: ids.B, CidrBlock: "10.1.0.0/16", Region: "us-east-1" },
    Status: { Code: "active" },
  });
  await on.remove();
  expect((await shown()).Status.Code).toBe("deleted");
});

test("a NAT gateway shows the addresses that it has inside and outside", async () => {
  const { ids } = await on.create({
    Vpc: vpc,
    Subnet: resource("EC2::Subnet", { VpcId: ref("Vpc"), CidrBlock: "10.0.1.0/24" }),
    Address: resource("EC2::EIP", { Domain: "vpc" }),
    Gateway: resource("EC2::NatGateway", {
      ...{ SubnetId: ref("Subnet"), AllocationId: attribute("Address", "AllocationId") },
    }),
  });
  const { NatGateways } = await on.ask("ec2", "DescribeNatGateways", { NatGatewayIds: [ids.Gateway] });
  expect(NatGateways[0].NatGatewayAddresses).toMatchObject([
    { PublicIp: ids.Address, PrivateIp: expect.stringMatching(/^10\.0\.1\.\d+$/), IsPrimary: true },
  ]);
});

test("an address is found by itself, a launch template by its name, and a stranger is refused", async () => {
  const { ids } = await on.create({
    ...{ A: resource("EC2::EIP", { Domain: "vpc" }), B: resource("EC2::EIP", { Domain: "vpc" }) },
    Launch: resource("EC2::LaunchTemplate", { LaunchTemplateData: {} }),
  });
  const { Addresses } = await on.ask("ec2", "DescribeAddresses", { PublicIps: [ids.B] });
  expect(Addresses).toMatchObject([{ PublicIp: ids.B }]);
  expect(await on.refusal("ec2", "DescribeAddresses", { PublicIps: ["192.0.2.1"] })).toBe(
    "InvalidAddress.NotFound: Address '192.0.2.1' not found.",
  );
  const { LaunchTemplates } = await on.ask("ec2", "DescribeLaunchTemplates");
  const LaunchTemplateNames = [LaunchTemplates[0].LaunchTemplateName];
  const named = await on.ask("ec2", "DescribeLaunchTemplates", { LaunchTemplateNames });
  expect(named.LaunchTemplates).toMatchObject([{ LaunchTemplateId: ids.Launch }]);
});

test("an interface has an address of its subnet", async () => {
  const { ids, outputs } = await on.create(
    {
      Vpc: vpc,
      Subnet: resource("EC2::Subnet", { VpcId: ref("Vpc"), CidrBlock: "10.0.1.0/24" }),
      Face: resource("EC2::NetworkInterface", { SubnetId: ref("Subnet") }),
    },
    { Address: attribute("Face", "PrimaryPrivateIpAddress") },
  );
  const { NetworkInterfaces } = await on.ask("ec2", "DescribeNetworkInterfaces", { NetworkInterfaceIds: [ids.Face] });
  expect(NetworkInterfaces).toMatchObject([{ VpcId: ids.Vpc, PrivateIpAddress: outputs.Address }]);
  expect(outputs.Address).toMatch(/^10\.0\.1\.\d+$/);
});
