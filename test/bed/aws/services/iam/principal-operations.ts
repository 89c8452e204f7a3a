/** The operations on users, groups, memberships and access keys. */
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { encoded, policyFrom } from "./documents.ts";
import { checkPolicyExists } from "./managed-policies.ts";
import {
  type AccessKey,
  createAccessKey,
  createGroup,
  createUser,
  deleteGroup,
  deleteUser,
  type Group,
  groupNamed,
  groupsOf,
  membershipsOf,
  type User,
  userNamed,
  usersOf,
} from "./principals.ts";

const WHOLE = { IsTruncated: false };

/** The operations, in a world. */
export function principalOperations(world: World): Readonly<Record<string, Operation>> {
  const user = (input: { UserName?: string }, { caller }: Call): User =>
    userNamed(world, caller.account, input.UserName);
  const group = (input: { GroupName?: string }, { caller }: Call): Group =>
    groupNamed(world, caller.account, input.GroupName);
  const key = (input: { UserName?: string; AccessKeyId?: string }, call: Call): AccessKey => {
    const found = user(input, call).keys.get(input.AccessKeyId ?? "");
    if (found === undefined)
      throw new AwsError("NoSuchEntity", `The Access Key with id ${input.AccessKeyId} cannot be found.`, 404);
    return found;
  };
  return {
    ...policiesOn(world, "User", user),
    ...policiesOn(world, "Group", group),
    CreateUser: (input, { caller }) => {
      const { UserName: name, Path: path, PermissionsBoundary: boundary, Tags: tags } = input;
      return { User: shownUser(createUser(world, caller.account, { name, path, boundary, tags })) };
    },
    GetUser: (input, call) => ({ User: shownUser(user(input, call)) }),
    ListUsers: (_input, { caller }) => ({
      ...WHOLE,
      Users: [...usersOf(world, caller.account).values()].map((one) => {
        const { Tags, PermissionsBoundary, ...shown } = shownUser(one);
        return shown;
      }),
    }),
    DeleteUser: (input, call) => {
      deleteUser(world, call.caller.account, user(input, call));
      return {};
    },
    ListUserTags: (input, call) => ({ ...WHOLE, Tags: user(input, call).tags }),
    TagUser: (input, call) => {
      const found = user(input, call);
      const tags = [...found.tags, ...(input.Tags ?? [])] as readonly { Key: string; Value: string }[];
      found.tags = [...new Map(tags.map(({ Key, Value }) => [Key, Value]))].map(([Key, Value]) => ({ Key, Value }));
      return {};
    },
    CreateGroup: (input, { caller }) => ({
      Group: shownGroup(createGroup(world, caller.account, { name: input.GroupName, path: input.Path })),
    }),
    GetGroup: (input, call) => {
      const found = group(input, call);
      const users = usersOf(world, call.caller.account);
      const members = [...found.members].flatMap((name) => users.get(name) ?? []);
      return { ...WHOLE, Group: shownGroup(found), Users: members.map(shownUser) };
    },
    ListGroups: (_input, { caller }) => ({
      ...{ ...WHOLE, Groups: [...groupsOf(world, caller.account).values()].map(shownGroup) },
    }),
    DeleteGroup: (input, call) => {
      deleteGroup(world, call.caller.account, group(input, call));
      return {};
    },
    AddUserToGroup: (input, call) => {
      group(input, call).members.add(user(input, call).name);
      return {};
    },
    RemoveUserFromGroup: (input, call) => {
      group(input, call).members.delete(user(input, call).name);
      return {};
    },
    ListGroupsForUser: (input, call) => ({
      ...{ ...WHOLE, Groups: membershipsOf(world, call.caller.account, user(input, call).name).map(shownGroup) },
    }),
    CreateAccessKey: (input, call) => {
      const made = createAccessKey(world, user(input, call));
      return { AccessKey: { ...shownKey(made, input.UserName), SecretAccessKey: made.secret } };
    },
    ListAccessKeys: (input, call) => ({
      ...WHOLE,
      AccessKeyMetadata: [...user(input, call).keys.values()].map((one) => shownKey(one, input.UserName)),
    }),
    UpdateAccessKey: (input, call) => {
      key(input, call).status = input.Status;
      return {};
    },
    DeleteAccessKey: (input, call) => {
      user(input, call).keys.delete(key(input, call).id);
      return {};
    },
    GetLoginProfile: (input, call) => {
      const found = user(input, call);
      if (found.password === "none")
        throw new AwsError("NoSuchEntity", `Login Profile for User ${found.name} cannot be found.`, 404);
      return {
        LoginProfile: {
          UserName: found.name,
          CreateDate: found.at,
          PasswordResetRequired: found.password === "to be changed",
        },
      };
    },
  };
}

type Holder = Pick<User | Group, "name" | "inline" | "attached">;

/** Inline and attached policies, which users and groups have alike. */
function policiesOn(
  world: World,
  kind: "User" | "Group",
  holder: (input: object, call: Call) => Holder,
): Readonly<Record<string, Operation>> {
  const missing = (name: string): AwsError =>
    new AwsError("NoSuchEntity", `The ${kind.toLowerCase()} policy with name ${name} cannot be found.`, 404);
  return {
    [`Put${kind}Policy`]: (input, call) => {
      holder(input, call).inline.set(input.PolicyName, policyFrom(input.PolicyDocument));
      return {};
    },
    [`Get${kind}Policy`]: (input, call) => {
      const { name, inline } = holder(input, call);
      const policy = inline.get(input.PolicyName);
      if (policy === undefined) throw missing(input.PolicyName);
      return { [`${kind}Name`]: name, PolicyName: input.PolicyName, PolicyDocument: encoded(policy) };
    },
    [`List${kind}Policies`]: (input, call) => ({
      ...WHOLE,
      PolicyNames: [...holder(input, call).inline.keys()].sort(),
    }),
    [`Delete${kind}Policy`]: (input, call) => {
      if (!holder(input, call).inline.delete(input.PolicyName)) throw missing(input.PolicyName);
      return {};
    },
    [`Attach${kind}Policy`]: (input, call) => {
      checkPolicyExists(world, call.caller.account, input.PolicyArn);
      holder(input, call).attached.add(input.PolicyArn);
      return {};
    },
    [`Detach${kind}Policy`]: (input, call) => {
      if (!holder(input, call).attached.delete(input.PolicyArn))
        throw new AwsError("NoSuchEntity", `Policy ${input.PolicyArn} was not found.`, 404);
      return {};
    },
    [`ListAttached${kind}Policies`]: (input, call) => ({
      ...WHOLE,
      AttachedPolicies: [...holder(input, call).attached].map((PolicyArn) => ({
        ...{ PolicyArn, PolicyName: PolicyArn.split("/").at(-1) },
      })),
    }),
  };
}

function shownUser({ name, id, arn, path, at, tags, boundary }: User) {
  return {
    ...{ UserName: name, UserId: id, Arn: arn, Path: path, CreateDate: at },
    ...(boundary !== undefined && {
      PermissionsBoundary: { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: boundary },
    }),
    ...(tags.length > 0 && { Tags: tags }),
  };
}

function shownGroup({ name, id, arn, path, at }: Group): object {
  return { GroupName: name, GroupId: id, Arn: arn, Path: path, CreateDate: at };
}

function shownKey({ id, at, status }: AccessKey, UserName: string): object {
  return { UserName, AccessKeyId: id, Status: status, CreateDate: at };
}
