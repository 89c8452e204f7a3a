/** EC2, as far as a deployment reads it: VPCs, subnets, security groups, availability zones. */
import { AwsError, type Call, type World } from "../../kernel.ts";
import { networkOf, type Permission, type SecurityGroup } from "./network.ts";
import { installEc2Resources } from "./resources.ts";

interface Filtered {
  readonly Filters?: readonly { readonly Name?: string; readonly Values?: readonly string[] }[];
}

export function installEc2(world: World): void {
  world.services.set("ec2", {
    name: "ec2",
    operations: {
      DescribeVpcs: (input: Filtered & { VpcIds?: readonly string[] }, { caller }: Call) => {
        const vpcs = chosen(networkOf(world, caller).vpcs, input.VpcIds, "InvalidVpcID.NotFound");
        const shown = vpcs.map((vpc) => ({
          ...vpc,
          State: "available",
          OwnerId: caller.account,
          InstanceTenancy: "default",
        }));
        return { Vpcs: shown.filter((vpc) => passes(vpc, input)) };
      },
      DescribeSubnets: (input: Filtered & { SubnetIds?: readonly string[] }, { caller }: Call) => {
        const { region, account } = caller;
        const subnets = chosen(networkOf(world, caller).subnets, input.SubnetIds, "InvalidSubnetID.NotFound");
        const shown = subnets.map((subnet) => ({
          ...subnet,
          SubnetArn: `arn:aws:ec2:${region}:${account}:subnet/${subnet.SubnetId}`,
          AvailableIpAddressCount: 4091,
          State: "available",
          OwnerId: account,
        }));
        return { Subnets: shown.filter((subnet) => passes(subnet, input)) };
      },
      DescribeSecurityGroups: (
        input: Filtered & { GroupIds?: readonly string[]; GroupNames?: readonly string[] },
        { caller }: Call,
      ) => {
        const groups = chosen(networkOf(world, caller).groups, input.GroupIds, "InvalidGroup.NotFound")
          .filter(({ GroupName }) => input.GroupNames?.includes(GroupName) ?? true)
          .map((group) => shownGroup(group, caller.account));
        return { SecurityGroups: groups.filter((group) => passes(group, input)) };
      },
      DescribeAvailabilityZones: (_input: object, { caller }: Call) => ({
        AvailabilityZones: ["a", "b", "c"].map((zone, index) => ({
          ZoneName: `${caller.region}${zone}`,
          ZoneId: `use1-az${index + 1}`,
          RegionName: caller.region,
          State: "available",
          OptInStatus: "opt-in-not-required",
          ZoneType: "availability-zone",
        })),
      }),
    },
  });
  installEc2Resources(world);
}

function chosen<T>(all: ReadonlyMap<string, T>, ids: readonly string[] | undefined, code: string): readonly T[] {
  if (ids === undefined) return [...all.values()];
  return ids.map((id) => {
    const found = all.get(id);
    if (found === undefined) throw new AwsError(code, `The ID '${id}' does not exist`);
    return found;
  });
}

function shownGroup(group: SecurityGroup, account: string) {
  const { ingress, egress, ...rest } = group;
  const permissions = (rules: ReadonlyMap<string, Permission>): readonly Permission[] => [...rules.values()];
  return { ...rest, OwnerId: account, IpPermissions: permissions(ingress), IpPermissionsEgress: permissions(egress) };
}

/** Filters by a member (`vpc-id`), by `tag:Name`, or by `tag-key`. */
function passes(item: object, { Filters = [] }: Filtered): boolean {
  const members = item as Readonly<Record<string, unknown>> & {
    readonly Tags: readonly { Key: string; Value: string }[];
  };
  return Filters.every(({ Name = "", Values = [] }) => {
    if (Name.startsWith("tag:"))
      return members.Tags.some(({ Key, Value }) => Key === Name.slice(4) && Values.includes(Value));
    if (Name === "tag-key") return members.Tags.some(({ Key }) => Values.includes(Key));
    const member = names[Name];
    if (member === undefined) throw new AwsError("InvalidParameterValue", `The filter '${Name}' is invalid`);
    return Values.includes(String(members[member]));
  });
}

const names: Readonly<Record<string, string>> = {
  "vpc-id": "VpcId",
  "subnet-id": "SubnetId",
  "group-id": "GroupId",
  "group-name": "GroupName",
  cidr: "CidrBlock",
  "cidr-block": "CidrBlock",
  "availability-zone": "AvailabilityZone",
  "is-default": "IsDefault",
  isDefault: "IsDefault",
  state: "State",
};
