/** The roles of an account, where STS and CloudFormation meet. */
import type { World } from "../../kernel.ts";

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
