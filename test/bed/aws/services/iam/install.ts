/** IAM: roles with their policies, managed policies, identity providers. */
import type {
  AttachRolePolicyCommandInput,
  CreateRoleCommandInput,
  CreateServiceLinkedRoleCommandInput,
  ListRolesCommandInput,
  PutRolePolicyCommandInput,
  TagRoleCommandInput,
  UntagRoleCommandInput,
  UpdateAssumeRolePolicyCommandInput,
  UpdateRoleCommandInput,
} from "@aws-sdk/client-iam";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { certificateOperations } from "./certificates.ts";
import { encoded, policyFrom } from "./documents.ts";
import { instanceProfileOperations } from "./instance-profiles.ts";
import { managedPolicyOperations } from "./managed-policies.ts";
import type { PolicyHolder } from "./policy-holders.ts";
import { principalOperations } from "./principal-operations.ts";
import { groupsOf, usersOf } from "./principals.ts";
import { providerOperations } from "./providers.ts";
import { installIamResources } from "./resources.ts";
import { createRole, deleteRole, type Role, rolesOf } from "./roles.ts";
import { samlOperations } from "./saml.ts";
import { createServiceLinkedRole } from "./service-linked-roles.ts";

export function installIam(world: World): void {
  const named = (input: { RoleName?: string | undefined }, { caller }: Call): Role => {
    const role = rolesOf(world, caller.account).get(input.RoleName ?? "");
    if (role === undefined)
      throw new AwsError("NoSuchEntity", `The role with name ${input.RoleName} cannot be found.`, 404);
    return role;
  };
  world.services.set("iam", {
    name: "iam",
    operations: {
      ...managedPolicyOperations(world),
      ...providerOperations(world),
      ...samlOperations(world),
      ...principalOperations(world),
      ...certificateOperations(world),
      ...instanceProfileOperations(world, shownInProfile),
      CreateRole: (input: CreateRoleCommandInput, { caller }: Call) => ({
        Role: shown(
          createRole(world, caller.account, {
            name: input.RoleName ?? "",
            path: input.Path,
            description: input.Description,
            maxSessionDuration: input.MaxSessionDuration,
            boundary: input.PermissionsBoundary,
            trust: policyFrom(input.AssumeRolePolicyDocument),
            tags: (input.Tags ?? []).map(({ Key = "", Value = "" }) => ({ Key, Value })),
          }),
        ),
      }),
      // When it was last used is shown of one role, never in lists; nobody uses roles here.
      GetRole: (input: { RoleName?: string }, call: Call) => ({
        Role: { ...shown(named(input, call)), RoleLastUsed: {} },
      }),
      CreateServiceLinkedRole: (input: CreateServiceLinkedRoleCommandInput, { caller }: Call) => ({
        Role: shown(
          createServiceLinkedRole(world, caller.account, {
            service: input.AWSServiceName ?? "",
            ...{ suffix: input.CustomSuffix, description: input.Description },
          }),
        ),
      }),
      ListEntitiesForPolicy: ({ PolicyArn = "" }: { PolicyArn?: string }, { caller }: Call) => {
        const { account } = caller;
        const holding = <H extends PolicyHolder>(all: ReadonlyMap<string, H>): readonly H[] =>
          [...all.values()].filter(({ attached }) => attached.has(PolicyArn));
        return {
          PolicyGroups: holding(groupsOf(world, account)).map(({ name, id }) => ({ GroupName: name, GroupId: id })),
          PolicyUsers: holding(usersOf(world, account)).map(({ name, id }) => ({ UserName: name, UserId: id })),
          PolicyRoles: holding(rolesOf(world, account)).map(({ RoleName, RoleId }) => ({ RoleName, RoleId })),
          IsTruncated: false,
        };
      },
      ListRoles: (input: ListRolesCommandInput, { caller }: Call) => ({
        Roles: [...rolesOf(world, caller.account).values()]
          .filter(({ Path }) => Path.startsWith(input.PathPrefix ?? "/"))
          // Lists say less of each role (API reference, ListRoles).
          .map((role) => {
            const { Tags, PermissionsBoundary, ...listed } = shown(role);
            return listed;
          }),
        IsTruncated: false,
      }),
      DeleteRole: (input: { RoleName?: string }, call: Call) => {
        deleteRole(world, call.caller.account, named(input, call));
        return {};
      },
      UpdateRole: (input: UpdateRoleCommandInput, call: Call) => {
        const role = named(input, call);
        role.Description = input.Description ?? role.Description;
        role.MaxSessionDuration = input.MaxSessionDuration ?? role.MaxSessionDuration;
        return {};
      },
      UpdateAssumeRolePolicy: (input: UpdateAssumeRolePolicyCommandInput, call: Call) => {
        named(input, call).AssumeRolePolicyDocument = policyFrom(input.PolicyDocument);
        return {};
      },
      PutRolePermissionsBoundary: (input: { RoleName?: string; PermissionsBoundary?: string }, call: Call) => {
        named(input, call).PermissionsBoundary = input.PermissionsBoundary;
        return {};
      },
      TagRole: (input: TagRoleCommandInput, call: Call) => {
        const role = named(input, call);
        const tags = new Map([...role.Tags, ...(input.Tags ?? [])].map(({ Key = "", Value = "" }) => [Key, Value]));
        role.Tags = [...tags].map(([Key, Value]) => ({ Key, Value }));
        return {};
      },
      UntagRole: (input: UntagRoleCommandInput, call: Call) => {
        const role = named(input, call);
        role.Tags = role.Tags.filter(({ Key }) => !(input.TagKeys ?? []).includes(Key));
        return {};
      },
      ListRoleTags: (input: { RoleName?: string }, call: Call) => ({
        Tags: named(input, call).Tags,
        IsTruncated: false,
      }),
      PutRolePolicy: (input: PutRolePolicyCommandInput, call: Call) => {
        named(input, call).inline.set(input.PolicyName ?? "", policyFrom(input.PolicyDocument));
        return {};
      },
      GetRolePolicy: (input: { RoleName?: string; PolicyName?: string }, call: Call) => {
        const policy = named(input, call).inline.get(input.PolicyName ?? "");
        if (policy === undefined)
          throw new AwsError("NoSuchEntity", `The role policy with name ${input.PolicyName} cannot be found.`, 404);
        return { RoleName: input.RoleName, PolicyName: input.PolicyName, PolicyDocument: encoded(policy) };
      },
      ListRolePolicies: (input: { RoleName?: string }, call: Call) => ({
        PolicyNames: [...named(input, call).inline.keys()].sort(),
        IsTruncated: false,
      }),
      DeleteRolePolicy: (input: { RoleName?: string; PolicyName?: string }, call: Call) => {
        if (!named(input, call).inline.delete(input.PolicyName ?? ""))
          throw new AwsError("NoSuchEntity", `The role policy with name ${input.PolicyName} cannot be found.`, 404);
        return {};
      },
      AttachRolePolicy: (input: AttachRolePolicyCommandInput, call: Call) => {
        named(input, call).attached.add(input.PolicyArn ?? "");
        return {};
      },
      DetachRolePolicy: (input: AttachRolePolicyCommandInput, call: Call) => {
        if (!named(input, call).attached.delete(input.PolicyArn ?? ""))
          throw new AwsError("NoSuchEntity", `Policy ${input.PolicyArn} was not found.`, 404);
        return {};
      },
      ListAttachedRolePolicies: (input: { RoleName?: string }, call: Call) => ({
        AttachedPolicies: [...named(input, call).attached].map((PolicyArn) => ({
          PolicyArn,
          PolicyName: PolicyArn.split("/").at(-1),
        })),
        IsTruncated: false,
      }),
    },
  });
  installIamResources(world);
}

/** Of a role in an instance profile IAM shows less. */
function shownInProfile({ Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument }: Role): object {
  const trust = { AssumeRolePolicyDocument: encoded(AssumeRolePolicyDocument) };
  return { Path, RoleName, RoleId, Arn, CreateDate, ...trust };
}

function shown(role: Role) {
  return {
    RoleName: role.RoleName,
    RoleId: role.RoleId,
    Arn: role.Arn,
    Path: role.Path,
    CreateDate: role.CreateDate,
    Description: role.Description,
    MaxSessionDuration: role.MaxSessionDuration,
    AssumeRolePolicyDocument: encoded(role.AssumeRolePolicyDocument),
    Tags: role.Tags,
    PermissionsBoundary:
      role.PermissionsBoundary === undefined
        ? undefined
        : { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: role.PermissionsBoundary },
  };
}
