/** Roles and identity providers as CloudFormation makes them. */

import { generatedName } from "../../cloudformation/resources/names.ts";
import { AwsError, type Properties, type ResourceContext, type ResourceHandler, type World } from "../../kernel.ts";
import { installPolicyResources } from "./policy-resources.ts";
import { installPrincipalResources } from "./principal-resources.ts";
import { createProvider, providersOf } from "./providers.ts";
import { createRole, deleteRole, type Role, rolesOf } from "./roles.ts";
import { createServiceLinkedRole } from "./service-linked-roles.ts";

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

export function installIamResources(world: World): void {
  world.resources.set("AWS::IAM::Role", roleHandler(world));
  installPolicyResources(world);
  installPrincipalResources(world);
  world.resources.set("AWS::IAM::ServiceLinkedRole", {
    create: async ({ AWSServiceName, CustomSuffix, Description }, { call }) => {
      const role = createServiceLinkedRole(world, call.caller.account, {
        service: String(AWSServiceName),
        ...{ suffix: CustomSuffix as string | undefined, description: Description as string | undefined },
      });
      return { physicalId: role.RoleName, attributes: { RoleName: role.RoleName } };
    },
    update: async (made, _before, { Description }, context) => {
      roleNamed(world, made.physicalId, context).Description = Description;
      return made;
    },
    remove: async (made, _properties, { call }) => {
      rolesOf(world, call.caller.account).delete(made.physicalId);
    },
    read: async (made, properties, { call }) =>
      rolesOf(world, call.caller.account).has(made.physicalId) ? properties : undefined,
    adopt: ({ RoleName = "" }, { call }) =>
      rolesOf(world, call.caller.account).has(RoleName)
        ? { physicalId: RoleName, attributes: { RoleName } }
        : undefined,
  });
  world.resources.set("AWS::IAM::OIDCProvider", {
    create: async (properties, { call }) => {
      const provider = createProvider(world, call.caller.account, providerOf(properties));
      return { physicalId: provider.arn, attributes: { Arn: provider.arn } };
    },
    update: async (made, _before, after, { call }) => {
      const provider = providersOf(world, call.caller.account).get(made.physicalId);
      const { audiences, thumbprints, tags } = providerOf(after);
      if (provider !== undefined) Object.assign(provider, { audiences, thumbprints, tags });
      return made;
    },
    remove: async (made, _properties, { call }) => {
      providersOf(world, call.caller.account).delete(made.physicalId);
    },
    adopt: ({ Arn = "" }, { call }) =>
      providersOf(world, call.caller.account).has(Arn) ? { physicalId: Arn, attributes: { Arn } } : undefined,
  });
}

function roleHandler(world: World): ResourceHandler {
  return {
    create: async (properties, context) => {
      const role = createRole(world, context.call.caller.account, {
        name: String(properties.RoleName ?? generatedName(world, "AWS::IAM::Role", context)),
        path: properties.Path,
        description: properties.Description,
        maxSessionDuration: properties.MaxSessionDuration && Number(properties.MaxSessionDuration),
        boundary: properties.PermissionsBoundary,
        trust: properties.AssumeRolePolicyDocument,
        tags: [...(properties.Tags ?? []), ...context.tags],
      });
      setPolicies(role, {}, properties);
      return { physicalId: role.RoleName, attributes: { Arn: role.Arn, RoleId: role.RoleId } };
    },
    update: async (made, before, after, context) => {
      const role = roleNamed(world, made.physicalId, context);
      role.Description = after.Description;
      role.MaxSessionDuration = Number(after.MaxSessionDuration ?? 3600);
      role.PermissionsBoundary = after.PermissionsBoundary;
      role.AssumeRolePolicyDocument = after.AssumeRolePolicyDocument;
      role.Tags = [...(after.Tags ?? []), ...context.tags];
      setPolicies(role, before, after);
      return made;
    },
    remove: async (made, properties, { call }) => {
      const role = rolesOf(world, call.caller.account).get(made.physicalId);
      if (role === undefined) return;
      // CloudFormation takes away what the template put there; what somebody else added keeps the role.
      setPolicies(role, properties, {});
      deleteRole(world, call.caller.account, role);
    },
    read: async (made, properties, { call }) => {
      const role = rolesOf(world, call.caller.account).get(made.physicalId);
      if (role === undefined) return undefined;
      return {
        ...properties,
        AssumeRolePolicyDocument: role.AssumeRolePolicyDocument,
        ...(properties.Policies !== undefined && {
          Policies: [...role.inline].map(([PolicyName, PolicyDocument]) => ({ PolicyName, PolicyDocument })),
        }),
        ...(properties.ManagedPolicyArns !== undefined && { ManagedPolicyArns: [...role.attached] }),
        ...(properties.MaxSessionDuration !== undefined && { MaxSessionDuration: role.MaxSessionDuration }),
      };
    },
    adopt: ({ RoleName = "" }, { call }) => {
      const role = rolesOf(world, call.caller.account).get(RoleName);
      if (role === undefined) return undefined;
      return { physicalId: role.RoleName, attributes: { Arn: role.Arn, RoleId: role.RoleId } };
    },
  };
}

function setPolicies(role: Role, before: Properties, after: Properties): void {
  for (const { PolicyName } of (before.Policies ?? []) as readonly InlinePolicy[]) role.inline.delete(PolicyName);
  for (const arn of (before.ManagedPolicyArns ?? []) as readonly string[]) role.attached.delete(arn);
  for (const { PolicyName, PolicyDocument } of (after.Policies ?? []) as readonly InlinePolicy[])
    role.inline.set(PolicyName, PolicyDocument);
  for (const arn of (after.ManagedPolicyArns ?? []) as readonly string[]) role.attached.add(arn);
}

function roleNamed(world: World, name: string, { call }: ResourceContext): Role {
  const role = rolesOf(world, call.caller.account).get(name);
  if (role === undefined) throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
  return role;
}

function providerOf(properties: Properties): Parameters<typeof createProvider>[2] {
  return {
    url: String(properties.Url),
    audiences: properties.ClientIdList ?? [],
    thumbprints: properties.ThumbprintList ?? [],
    tags: properties.Tags ?? [],
  };
}
