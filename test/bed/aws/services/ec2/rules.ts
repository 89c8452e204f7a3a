/** The rules of security groups, each with an id of its own. */
import { createHash } from "node:crypto";
import type { Call, Operation, World } from "../../kernel.ts";
import { type Filtered, passes } from "./filters.ts";
import { networkOf, type Permission, type SecurityGroup } from "./network.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html */
export function ruleOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    DescribeSecurityGroupRules: (
      input: Filtered & { SecurityGroupRuleIds?: readonly string[] },
      { caller }: Call,
    ): object => {
      const rules = [...networkOf(world, caller).groups.values()].flatMap((group) => rulesOf(group, caller.account));
      return {
        SecurityGroupRules: rules.filter(
          (rule) => (input.SecurityGroupRuleIds?.includes(rule.SecurityGroupRuleId) ?? true) && passes(rule, input),
        ),
      };
    },
  };
}

interface Rule {
  readonly SecurityGroupRuleId: string;
  readonly [member: string]: unknown;
}

function rulesOf(group: SecurityGroup, owner: string): readonly Rule[] {
  return [group.egress, group.ingress].flatMap((rules, direction) =>
    [...rules].flatMap(([key, permission]) =>
      sourcesOf(permission).map((source) => ({
        SecurityGroupRuleId: key.startsWith("sgr-") ? key : `sgr-${stable(`${group.GroupId} ${direction} ${key}`)}`,
        ...{ GroupId: group.GroupId, GroupOwnerId: owner, IsEgress: direction === 0, Tags: [] },
        ...{ IpProtocol: permission.IpProtocol, FromPort: permission.FromPort ?? -1, ToPort: permission.ToPort ?? -1 },
        ...source,
      })),
    ),
  );
}

function sourcesOf({ IpRanges, Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs }: Permission): readonly object[] {
  return [
    ...IpRanges.map(({ CidrIp, Description }) => ({ CidrIpv4: CidrIp, Description })),
    ...Ipv6Ranges,
    ...PrefixListIds,
    ...UserIdGroupPairs.map(({ GroupId, UserId, Description }) => ({
      ...{ ReferencedGroupInfo: { GroupId, UserId }, Description },
    })),
  ];
}

function stable(of: string): string {
  return createHash("sha256").update(of).digest("hex").slice(0, 17);
}
