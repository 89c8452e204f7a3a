/** Users, groups, access keys and server certificates as CloudFormation makes them. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import { AwsError, type Properties, type ResourceContext, type ResourceHandler, type World } from "../../kernel.ts";
import { certificatesOf, uploadCertificate } from "./certificates.ts";
import {
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

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

export function installPrincipalResources(world: World): void {
  world.resources.set("AWS::IAM::User", userHandler(world));
  world.resources.set("AWS::IAM::Group", groupHandler(world));
  world.resources.set("AWS::IAM::AccessKey", accessKeyHandler(world));
  world.resources.set("AWS::IAM::ServerCertificate", certificateHandler(world));
  world.resources.set("AWS::IAM::UserToGroupAddition", {
    create: async (properties, context) => {
      for (const name of (properties.Users ?? []) as readonly string[])
        groupNamed(world, context.call.caller.account, properties.GroupName).members.add(name);
      const physicalId = generatedName(world, "AWS::IAM::UserToGroupAddition", context);
      return { physicalId, attributes: { Id: physicalId } };
    },
    update: async (made, before, after, { call }) => {
      const { members } = groupNamed(world, call.caller.account, after.GroupName);
      for (const name of (before.Users ?? []) as readonly string[]) members.delete(name);
      for (const name of (after.Users ?? []) as readonly string[]) members.add(name);
      return made;
    },
    remove: async (_made, properties, { call }) => {
      const members = groupsOf(world, call.caller.account).get(String(properties.GroupName))?.members;
      for (const name of (properties.Users ?? []) as readonly string[]) members?.delete(name);
    },
  });
}

function userHandler(world: World): ResourceHandler {
  const configure = (user: User, properties: Properties, { call }: ResourceContext): void => {
    setPolicies(user, properties);
    user.boundary = properties.PermissionsBoundary;
    const login = properties.LoginProfile;
    user.password = login === undefined ? "none" : login.PasswordResetRequired === true ? "to be changed" : "kept";
    const { account } = call.caller;
    for (const group of membershipsOf(world, account, user.name)) group.members.delete(user.name);
    for (const name of (properties.Groups ?? []) as readonly string[])
      groupNamed(world, account, name).members.add(user.name);
  };
  return {
    create: async (properties, context) => {
      const name = String(properties.UserName ?? generatedName(world, "AWS::IAM::User", context));
      // CloudFormation leaves no tags of its own on users, as recorded.
      const tags = (properties.Tags ?? []) as User["tags"];
      const user = createUser(world, context.call.caller.account, { name, path: properties.Path, tags });
      configure(user, properties, context);
      return { physicalId: name, attributes: { Arn: user.arn } };
    },
    update: async (made, _before, after, context) => {
      const user = userNamed(world, context.call.caller.account, made.physicalId);
      user.tags = after.Tags ?? [];
      configure(user, after, context);
      return made;
    },
    remove: async (made, _properties, context) => {
      const user = usersOf(world, context.call.caller.account).get(made.physicalId);
      if (user === undefined) return;
      configure(user, {}, context);
      deleteUser(world, context.call.caller.account, user);
    },
    adopt: ({ UserName = "" }, { call }) => {
      const user = usersOf(world, call.caller.account).get(UserName);
      return user && { physicalId: user.name, attributes: { Arn: user.arn } };
    },
  };
}

function groupHandler(world: World): ResourceHandler {
  return {
    create: async (properties, context) => {
      const name = String(properties.GroupName ?? generatedName(world, "AWS::IAM::Group", context));
      const group = createGroup(world, context.call.caller.account, { name, path: properties.Path });
      setPolicies(group, properties);
      return { physicalId: name, attributes: { Arn: group.arn } };
    },
    update: async (made, _before, after, { call }) => {
      setPolicies(groupNamed(world, call.caller.account, made.physicalId), after);
      return made;
    },
    remove: async (made, _properties, { call }) => {
      const group = groupsOf(world, call.caller.account).get(made.physicalId);
      if (group === undefined) return;
      setPolicies(group, {});
      deleteGroup(world, call.caller.account, group);
    },
    adopt: ({ GroupName = "" }, { call }) => {
      const group = groupsOf(world, call.caller.account).get(GroupName);
      return group && { physicalId: group.name, attributes: { Arn: group.arn } };
    },
  };
}

/** A higher serial replaces the key: that is how templates rotate them. */
function accessKeyHandler(world: World): ResourceHandler {
  const keysOf = (properties: Properties, { call }: ResourceContext): User["keys"] =>
    userNamed(world, call.caller.account, properties.UserName).keys;
  return {
    create: async (properties, context) => {
      const key = createAccessKey(world, userNamed(world, context.call.caller.account, properties.UserName));
      key.status = properties.Status ?? "Active";
      return { physicalId: key.id, attributes: { Id: key.id, SecretAccessKey: key.secret } };
    },
    update: async (made, _before, after, context) => {
      const key = keysOf(after, context).get(made.physicalId);
      if (key === undefined)
        throw new AwsError("NoSuchEntity", `The Access Key with id ${made.physicalId} cannot be found.`, 404);
      key.status = after.Status ?? "Active";
      return made;
    },
    remove: async (made, properties, { call }) => {
      usersOf(world, call.caller.account).get(String(properties.UserName))?.keys.delete(made.physicalId);
    },
  };
}

function certificateHandler(world: World): ResourceHandler {
  return {
    create: async (properties, context) => {
      const name = String(
        properties.ServerCertificateName ?? generatedName(world, "AWS::IAM::ServerCertificate", context),
      );
      const certificate = uploadCertificate(world, context.call.caller.account, {
        ...{ name, body: String(properties.CertificateBody), chain: properties.CertificateChain },
        ...{ path: properties.Path, tags: properties.Tags ?? [] },
      });
      return { physicalId: name, attributes: { Arn: certificate.arn, ServerCertificateName: name } };
    },
    update: async (made, _before, after, { call }) => {
      const certificate = certificatesOf(world, call.caller.account).get(made.physicalId);
      if (certificate !== undefined) certificate.tags = after.Tags ?? [];
      return made;
    },
    remove: async (made, _properties, { call }) => {
      certificatesOf(world, call.caller.account).delete(made.physicalId);
    },
  };
}

/** Makes the policies of a user or group those of its template. */
function setPolicies({ inline, attached }: Pick<User | Group, "inline" | "attached">, properties: Properties): void {
  inline.clear();
  attached.clear();
  for (const { PolicyName, PolicyDocument } of (properties.Policies ?? []) as readonly InlinePolicy[])
    inline.set(PolicyName, PolicyDocument);
  for (const arn of (properties.ManagedPolicyArns ?? []) as readonly string[]) attached.add(arn);
}
