/** VPCs, subnets, security groups and their rules as CloudFormation makes them. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import { AwsError, type Properties, type ResourceContext, type ResourceHandler, type World } from "../../kernel.ts";
import { installEc2Attributes } from "./attributes.ts";
import {
  addGroup,
  addVpc,
  EVERYWHERE,
  mainOf,
  networkOf,
  type Permission,
  type SecurityGroup,
  type Vpc,
} from "./network.ts";
import { zoneId } from "./shape.ts";

export function installEc2Resources(world: World): void {
  world.resources.set("AWS::EC2::VPC", {
    create: async (properties, context) => {
      const network = networkOf(world, context.call.caller);
      const CidrBlock = String(properties.CidrBlock);
      const vpc = addVpc(world, network, {
        owner: context.call.caller.account,
        CidrBlock,
        dns: dnsOf(properties),
        tenancy: String(properties.InstanceTenancy ?? "default"),
        Tags: tagsOf(properties, context),
      });
      const { VpcId } = vpc;
      const own = [...network.groups.values()].find((group) => group.VpcId === VpcId);
      const attributes = {
        ...{ VpcId, CidrBlock, CidrBlockAssociations: [mainOf(vpc, "vpc-cidr-assoc")], Ipv6CidrBlocks: [] },
        ...{ DefaultSecurityGroup: own?.GroupId, DefaultNetworkAcl: mainOf(vpc, "acl") },
      };
      return { physicalId: VpcId, attributes };
    },
    update: async (made, _before, after, context) => {
      const vpc = networkOf(world, context.call.caller).vpcs.get(made.physicalId);
      if (vpc !== undefined) {
        vpc.Tags = tagsOf(after, context);
        vpc.dns = dnsOf(after);
        vpc.tenancy = String(after.InstanceTenancy ?? "default");
      }
      return made;
    },
    remove: async (made, _properties, { call }) => {
      const { vpcs, subnets, groups } = networkOf(world, call.caller);
      if ([...subnets.values()].some(({ VpcId }) => VpcId === made.physicalId))
        throw new AwsError(
          "DependencyViolation",
          `The vpc '${made.physicalId}' has dependencies and cannot be deleted.`,
        );
      for (const { GroupId, VpcId } of groups.values()) if (VpcId === made.physicalId) groups.delete(GroupId);
      vpcs.delete(made.physicalId);
    },
  });

  world.resources.set("AWS::EC2::Subnet", {
    create: async (properties, context) => {
      const SubnetId = `subnet-${world.hex(17)}`;
      const { region } = context.call.caller;
      const AvailabilityZone = String(properties.AvailabilityZone ?? `${region}a`);
      const VpcId = String(properties.VpcId);
      const CidrBlock = String(properties.CidrBlock);
      networkOf(world, context.call.caller).subnets.set(SubnetId, {
        ...{ SubnetId, VpcId, CidrBlock, AvailabilityZone, Tags: tagsOf(properties, context) },
        MapPublicIpOnLaunch: properties.MapPublicIpOnLaunch === true,
      });
      const attributes = {
        ...{ SubnetId, VpcId, CidrBlock, AvailabilityZone, AvailabilityZoneId: zoneId(AvailabilityZone) },
        ...{ Ipv6CidrBlocks: [], NetworkAclAssociationId: SubnetId.replace("subnet", "aclassoc") },
      };
      return { physicalId: SubnetId, attributes };
    },
    update: async (made, _before, after, context) => {
      const subnet = networkOf(world, context.call.caller).subnets.get(made.physicalId);
      if (subnet !== undefined) {
        subnet.Tags = tagsOf(after, context);
        subnet.MapPublicIpOnLaunch = after.MapPublicIpOnLaunch === true;
      }
      return made;
    },
    remove: async (made, _properties, { call }) => {
      networkOf(world, call.caller).subnets.delete(made.physicalId);
    },
  });

  world.resources.set("AWS::EC2::SecurityGroup", {
    create: async (properties, context) => {
      const network = networkOf(world, context.call.caller);
      const group = addGroup(world, network, {
        GroupName: String(properties.GroupName ?? generatedName(world, "AWS::EC2::SecurityGroup", context)),
        Description: String(properties.GroupDescription),
        // A group that names no network is in the default one.
        VpcId: String(properties.VpcId ?? [...network.vpcs.values()].find(({ IsDefault }) => IsDefault)?.VpcId ?? ""),
      });
      configure(group, properties, context);
      const { GroupId, VpcId } = group;
      return { physicalId: GroupId, attributes: { GroupId, Id: GroupId, VpcId } };
    },
    update: async (made, _before, after, context) => {
      configure(groupNamed(world, made.physicalId, context), after, context);
      return made;
    },
    remove: async (made, _properties, { call }) => {
      networkOf(world, call.caller).groups.delete(made.physicalId);
    },
    read: async (made, properties, { call }) =>
      networkOf(world, call.caller).groups.has(made.physicalId) ? properties : undefined,
    adopt: ({ Id = "" }, { call }) => {
      const group = networkOf(world, call.caller).groups.get(Id);
      if (group === undefined) return undefined;
      return { physicalId: Id, attributes: { GroupId: Id, Id, VpcId: group.VpcId } };
    },
  });
  installEc2Attributes(world);
  world.resources.set("AWS::EC2::SecurityGroupIngress", ruleHandler(world, "ingress"));
  world.resources.set("AWS::EC2::SecurityGroupEgress", ruleHandler(world, "egress"));
}

function dnsOf(properties: Properties): Vpc["dns"] {
  const isTrue = (value: unknown): boolean => String(value) === "true";
  return {
    support: isTrue(properties.EnableDnsSupport ?? true),
    hostnames: isTrue(properties.EnableDnsHostnames ?? false),
  };
}

/** A rule beside its group; its id is the key under which the group keeps it. */
function ruleHandler(world: World, direction: "ingress" | "egress"): ResourceHandler {
  return {
    create: async (properties, context) => {
      const id = `sgr-${world.hex(17)}`;
      const rules = groupNamed(world, String(properties.GroupId), context)[direction];
      if (direction === "egress") rules.delete("default");
      rules.set(id, permission(properties, context));
      return { physicalId: id, attributes: { Id: id } };
    },
    update: async (made, _before, after, context) => {
      groupNamed(world, String(after.GroupId), context)[direction].set(made.physicalId, permission(after, context));
      return made;
    },
    remove: async (made, properties, { call }) => {
      networkOf(world, call.caller).groups.get(String(properties.GroupId))?.[direction].delete(made.physicalId);
    },
  };
}

function configure(group: SecurityGroup, properties: Properties, context: ResourceContext): void {
  group.Tags = tagsOf(properties, context);
  for (const [direction, property] of [
    ["ingress", "SecurityGroupIngress"],
    ["egress", "SecurityGroupEgress"],
  ] as const) {
    const rules = group[direction];
    for (const id of rules.keys()) if (!id.startsWith("sgr-")) rules.delete(id);
    for (const [index, rule] of ((properties[property] ?? []) as readonly Properties[]).entries())
      rules.set(`own-${index}`, permission(rule, context));
  }
  if (group.egress.size === 0) group.egress.set("default", EVERYWHERE);
}

function permission(rule: Properties, { call }: ResourceContext): Permission {
  const GroupId = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
  const Description = rule.Description as string | undefined;
  const list = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
  return {
    IpProtocol: String(rule.IpProtocol),
    FromPort: rule.FromPort === undefined ? undefined : Number(rule.FromPort),
    ToPort: rule.ToPort === undefined ? undefined : Number(rule.ToPort),
    IpRanges: rule.CidrIp === undefined ? [] : [{ CidrIp: String(rule.CidrIp), Description }],
    Ipv6Ranges: rule.CidrIpv6 === undefined ? [] : [{ CidrIpv6: String(rule.CidrIpv6), Description }],
    PrefixListIds: list === undefined ? [] : [{ PrefixListId: String(list), Description }],
    UserIdGroupPairs:
      GroupId === undefined ? [] : [{ GroupId: String(GroupId), UserId: call.caller.account, Description }],
  };
}

function groupNamed(world: World, id: string, { call }: ResourceContext): SecurityGroup {
  const group = networkOf(world, call.caller).groups.get(id);
  if (group === undefined) throw new AwsError("InvalidGroup.NotFound", `The security group '${id}' does not exist`);
  return group;
}

function tagsOf(
  properties: Properties,
  { tags }: ResourceContext,
): readonly { readonly Key: string; readonly Value: string }[] {
  return [...(properties.Tags ?? []), ...tags];
}
