/** The roles of an account, where STS and CloudFormation meet. */
import { AwsError, type World } from "../../kernel.ts";

export interface Role {
  readonly RoleName: string;
  readonly RoleId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly CreateDate: Date;
  Description: string | undefined;
  MaxSessionDuration: number;
  PermissionsBoundary: string | undefined;
  /** The trust policy as an object. */
  AssumeRolePolicyDocument: unknown;
  Tags: readonly { readonly Key: string; readonly Value: string }[];
  /** Inline policies by name, as objects. */
  readonly inline: Map<string, unknown>;
  readonly attached: Set<string>;
}

/** The roles of an account by name. */
export function rolesOf(world: World, account: string): Map<string, Role> {
  return world.store("iam-roles", { account, region: "*" }, () => new Map<string, Role>());
}

/** The role with this ARN, in whichever account. */
export function roleByArn(world: World, arn: string | undefined): Role | undefined {
  const parts = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn ?? "");
  return parts === null ? undefined : rolesOf(world, parts[1] ?? "").get(parts[2] ?? "");
}

/**
 * Makes a role.
 *
 * @throws AwsError EntityAlreadyExists, ValidationError for a name IAM does not take
 */
export function createRole(
  world: World,
  account: string,
  about: {
    readonly name: string;
    readonly path?: string | undefined;
    readonly description?: string | undefined;
    readonly maxSessionDuration?: number | undefined;
    readonly boundary?: string | undefined;
    readonly trust: unknown;
    readonly tags: Role["Tags"];
  },
): Role {
  const roles = rolesOf(world, account);
  if (!/^[\w+=,.@-]{1,64}$/.test(about.name))
    throw new AwsError(
      "ValidationError",
      `1 validation error detected: Value '${about.name}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    );
  if (roles.has(about.name))
    throw new AwsError("EntityAlreadyExists", `Role with name ${about.name} already exists.`, 409);
  const path = about.path ?? "/";
  const role: Role = {
    RoleName: about.name,
    RoleId: `AROA${world.hex(17).toUpperCase()}`,
    Arn: `arn:aws:iam::${account}:role${path}${about.name}`,
    Path: path,
    CreateDate: new Date(world.clock.now()),
    Description: about.description,
    MaxSessionDuration: about.maxSessionDuration ?? 3600,
    PermissionsBoundary: about.boundary,
    AssumeRolePolicyDocument: about.trust,
    Tags: about.tags,
    inline: new Map(),
    attached: new Set(),
  };
  roles.set(role.RoleName, role);
  return role;
}

/** @throws AwsError DeleteConflict while policies are in or on the role */
export function deleteRole(world: World, account: string, role: Role): void {
  if (role.inline.size > 0)
    throw new AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
  if (role.attached.size > 0)
    throw new AwsError("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409);
  rolesOf(world, account).delete(role.RoleName);
}
