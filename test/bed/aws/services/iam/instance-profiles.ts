/** What IAM shows of the instance profiles that templates make. */
import { type Declared, declaredOf, stableHex } from "../../cloudformation/resources/declared.ts";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { type Role, rolesOf } from "./roles.ts";

const TYPE = "AWS::IAM::InstanceProfile";

/** Operations on instance profiles by name. https://docs.aws.amazon.com/IAM/latest/APIReference/API_InstanceProfile.html */
export function instanceProfileOperations(
  world: World,
  shownRole: (role: Role) => object,
): Readonly<Record<string, Operation>> {
  const shown = (profile: Declared, { caller }: Call): object => {
    const { properties, made, madeAt } = profile;
    const path = String(properties.Path ?? "/");
    const roles = rolesOf(world, caller.account);
    return {
      Path: path,
      InstanceProfileName: made.physicalId,
      InstanceProfileId: `AIPA${stableHex(profile, "id", 17).toUpperCase()}`,
      Arn: `arn:aws:iam::${caller.account}:instance-profile${path}${made.physicalId}`,
      CreateDate: madeAt,
      Roles: roleNames(profile).flatMap((name) => {
        const role = roles.get(name);
        return role === undefined ? [] : [shownRole(role)];
      }),
    };
  };
  const listed = (profiles: readonly Declared[], call: Call): object => ({
    InstanceProfiles: profiles.map((profile) => shown(profile, call)),
    IsTruncated: false,
  });
  return {
    GetInstanceProfile: ({ InstanceProfileName: name = "" }: { InstanceProfileName?: string }, call) => {
      const profile = declaredOf(world, call, TYPE).find(({ made }) => made.physicalId === name);
      if (profile === undefined) throw new AwsError("NoSuchEntity", `Instance Profile ${name} cannot be found.`, 404);
      return { InstanceProfile: { ...shown(profile, call), Tags: [] } };
    },
    ListInstanceProfiles: ({ PathPrefix = "/" }: { PathPrefix?: string }, call) =>
      listed(
        declaredOf(world, call, TYPE).filter(({ properties }) => String(properties.Path ?? "/").startsWith(PathPrefix)),
        call,
      ),
    ListInstanceProfilesForRole: ({ RoleName: name = "" }: { RoleName?: string }, call) => {
      if (!rolesOf(world, call.caller.account).has(name))
        throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
      return listed(
        declaredOf(world, call, TYPE).filter((profile) => roleNames(profile).includes(name)),
        call,
      );
    },
  };
}

function roleNames({ properties }: Declared): readonly string[] {
  return [properties.Roles ?? []].flat().map(String);
}
