/** Who a policy of a template is put on: roles, users and groups by name. */
import { AwsError, type Properties, type ResourceContext, type World } from "../../kernel.ts";
import { groupsOf, usersOf } from "./principals.ts";
import { rolesOf } from "./roles.ts";

/** What can hold policies. */
export interface PolicyHolder {
  /** Inline policies by name, as objects. */
  readonly inline: Map<string, unknown>;
  /** ARNs of managed policies. */
  readonly attached: Set<string>;
}

const KINDS = [
  ["Roles", "role"],
  ["Users", "user"],
  ["Groups", "group"],
] as const;

/**
 * The roles, users and groups that a policy's properties name.
 *
 * @param missing what to do about names of nobody: `fail` with AWS's words, or `skip`, as when the policy goes away
 * @throws AwsError NoSuchEntity
 */
export function holdersOf(
  world: World,
  properties: Properties,
  { call }: Pick<ResourceContext, "call">,
  missing: "fail" | "skip" = "fail",
): readonly PolicyHolder[] {
  const { account } = call.caller;
  const among = { Roles: rolesOf(world, account), Users: usersOf(world, account), Groups: groupsOf(world, account) };
  return KINDS.flatMap(([property, what]) =>
    ((properties[property] ?? []) as readonly string[]).flatMap((name): readonly PolicyHolder[] => {
      const holder = among[property].get(name);
      if (holder !== undefined) return [holder];
      if (missing === "skip") return [];
      throw new AwsError("NoSuchEntity", `The ${what} with name ${name} cannot be found.`, 404);
    }),
  );
}
