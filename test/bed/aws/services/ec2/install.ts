/** EC2, as far as templates make it and deployments read it: networks with behaviour, everything else as it is declared. */
import { AwsError, type Call, type World } from "../../kernel.ts";
import { COMPUTING, INSTANCES } from "./computing.ts";
import { CONNECTING, prefixListEntries } from "./connecting.ts";
import { creatingOperations } from "./creating.ts";
import { describe, describing } from "./described.ts";
import { type Filtered, passes } from "./filters.ts";
import { JOINING } from "./joining.ts";
import { networkOf } from "./network.ts";
import { installEc2Resources } from "./resources.ts";
import { ROUTING } from "./routing.ts";
import { ruleOperations } from "./rules.ts";
import { shownGroup, shownSubnet, shownVpc, zoneId } from "./shape.ts";
import { templateVersionOperations } from "./template-versions.ts";

export function installEc2(world: World): void {
  world.services.set("ec2", {
    name: "ec2",
    operations: {
      ...creatingOperations(world),
      ...describing(world, [...ROUTING, ...CONNECTING, ...JOINING, ...COMPUTING]),
      GetManagedPrefixListEntries: (input: { PrefixListId?: string }, call: Call) =>
        prefixListEntries(input.PrefixListId, { world, call }),
      DescribeInstances: (input: Filtered & Readonly<Record<string, unknown>>, call: Call) => {
        const { Instances = [] } = describe(INSTANCES, input, { world, call }) as {
          readonly Instances?: readonly { readonly InstanceId: string }[];
        };
        const Reservations = Instances.map((instance) => ({
          ...{ Groups: [], Instances: [instance], OwnerId: call.caller.account },
          ReservationId: instance.InstanceId.replace("i-", "r-"),
        }));
        return { Reservations };
      },
      DescribeVpcs: (input: Filtered & { VpcIds?: readonly string[] }, call: Call) => {
        const missing = { code: "InvalidVpcID.NotFound", what: "vpc ID" };
        const vpcs = chosen(networkOf(world, call.caller).vpcs, input.VpcIds, missing).map((vpc) =>
          shownVpc(vpc, { world, call }),
        );
        return { Vpcs: vpcs.filter((vpc) => passes(vpc, input)) };
      },
      ...ruleOperations(world),
      ...templateVersionOperations(world),
      DescribeVpcAttribute: (input: { VpcId?: string; Attribute?: string }, { caller }: Call) => {
        const missing = { code: "InvalidVpcID.NotFound", what: "vpc ID" };
        const [vpc] = chosen(networkOf(world, caller).vpcs, [input.VpcId ?? ""], missing);
        const VpcId = vpc?.VpcId;
        switch (input.Attribute) {
          case "enableDnsSupport":
            return { VpcId, EnableDnsSupport: { Value: vpc?.dns.support } };
          case "enableDnsHostnames":
            return { VpcId, EnableDnsHostnames: { Value: vpc?.dns.hostnames } };
          default:
            return { VpcId, EnableNetworkAddressUsageMetrics: { Value: false } };
        }
      },
      DescribeSubnets: (input: Filtered & { SubnetIds?: readonly string[] }, { caller }: Call) => {
        const missing = { code: "InvalidSubnetID.NotFound", what: "subnet ID" };
        const { subnets, vpcs } = networkOf(world, caller);
        const shown = chosen(subnets, input.SubnetIds, missing).map((subnet) =>
          shownSubnet(subnet, { ...caller, isDefault: vpcs.get(subnet.VpcId)?.IsDefault === true }),
        );
        return { Subnets: shown.filter((subnet) => passes(subnet, input)) };
      },
      DescribeSecurityGroups: (
        input: Filtered & { GroupIds?: readonly string[]; GroupNames?: readonly string[] },
        { caller }: Call,
      ) => {
        const missing = { code: "InvalidGroup.NotFound", what: "security group" };
        const groups = chosen(networkOf(world, caller).groups, input.GroupIds, missing)
          .filter(({ GroupName }) => input.GroupNames?.includes(GroupName) ?? true)
          .map((group) => shownGroup(group, caller));
        return { SecurityGroups: groups.filter((group) => passes(group, input)) };
      },
      DescribeAvailabilityZones: (_input: object, { caller }: Call) => ({
        AvailabilityZones: ["a", "b", "c"].map((zone) => ({
          ZoneName: `${caller.region}${zone}`,
          ZoneId: zoneId(`${caller.region}${zone}`),
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

function chosen<T>(
  all: ReadonlyMap<string, T>,
  ids: readonly string[] | undefined,
  missing: { readonly code: string; readonly what: string },
): readonly T[] {
  if (ids === undefined) return [...all.values()];
  return ids.map((id) => {
    const found = all.get(id);
    if (found === undefined) throw new AwsError(missing.code, `The ${missing.what} '${id}' does not exist`);
    return found;
  });
}
