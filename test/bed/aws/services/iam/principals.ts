/** Users and groups of an account, with their policies. */
import { AwsError, type World } from "../../kernel.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What users and groups have in common. */
interface Principal {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly at: Date;
  /** Inline policies by name, as objects. */
  readonly inline: Map<string, unknown>;
  readonly attached: Set<string>;
}

export interface User extends Principal {
  boundary: string | undefined;
  /** Whether the user can sign in with a password, and has to choose another first. */
  password: "none" | "kept" | "to be changed";
  tags: readonly Tag[];
  readonly keys: Map<string, AccessKey>;
}

export interface Group extends Principal {
  /** Names of users, in the order of joining. */
  readonly members: Set<string>;
}

export interface AccessKey {
  readonly id: string;
  readonly secret: string;
  readonly at: Date;
  status: "Active" | "Inactive";
}

interface New {
  readonly name: string;
  readonly path?: string | undefined;
}

/** Users of an account by name. */
export function usersOf(world: World, account: string): Map<string, User> {
  return world.store("iam-users", { account, region: "*" }, () => new Map<string, User>());
}

/** Groups of an account by name. */
export function groupsOf(world: World, account: string): Map<string, Group> {
  return world.store("iam-groups", { account, region: "*" }, () => new Map<string, Group>());
}

/** @throws AwsError EntityAlreadyExists */
export function createUser(
  world: World,
  account: string,
  {
    name,
    path = "/",
    boundary,
    tags = [],
  }: New & { readonly boundary?: string | undefined; readonly tags?: readonly Tag[] },
): User {
  const users = usersOf(world, account);
  if (users.has(name)) throw new AwsError("EntityAlreadyExists", `User with name ${name} already exists.`, 409);
  const user: User = {
    ...{ name, path, id: `AIDA${world.hex(17).toUpperCase()}`, arn: `arn:aws:iam::${account}:user${path}${name}` },
    ...{ at: new Date(world.clock.now()), inline: new Map(), attached: new Set(), boundary, password: "none", tags },
    keys: new Map(),
  };
  users.set(name, user);
  return user;
}

/** @throws AwsError EntityAlreadyExists */
export function createGroup(world: World, account: string, { name, path = "/" }: New): Group {
  const groups = groupsOf(world, account);
  if (groups.has(name)) throw new AwsError("EntityAlreadyExists", `Group with name ${name} already exists.`, 409);
  const group: Group = {
    ...{ name, path, id: `AGPA${world.hex(17).toUpperCase()}`, arn: `arn:aws:iam::${account}:group${path}${name}` },
    ...{ at: new Date(world.clock.now()), inline: new Map(), attached: new Set(), members: new Set() },
  };
  groups.set(name, group);
  return group;
}

/** @throws AwsError NoSuchEntity */
export function userNamed(world: World, account: string, name = ""): User {
  const user = usersOf(world, account).get(name);
  if (user === undefined) throw new AwsError("NoSuchEntity", `The user with name ${name} cannot be found.`, 404);
  return user;
}

/** @throws AwsError NoSuchEntity */
export function groupNamed(world: World, account: string, name = ""): Group {
  const group = groupsOf(world, account).get(name);
  if (group === undefined) throw new AwsError("NoSuchEntity", `The group with name ${name} cannot be found.`, 404);
  return group;
}

/** Groups that a user is in. */
export function membershipsOf(world: World, account: string, name: string): readonly Group[] {
  return [...groupsOf(world, account).values()].filter(({ members }) => members.has(name));
}

/** @throws AwsError DeleteConflict while something still hangs on the user */
export function deleteUser(world: World, account: string, user: User): void {
  const isBusy = user.inline.size > 0 || user.attached.size > 0 || user.keys.size > 0 || user.password !== "none";
  if (isBusy || membershipsOf(world, account, user.name).length > 0)
    throw new AwsError("DeleteConflict", "Cannot delete entity, must remove referenced objects first.", 409);
  usersOf(world, account).delete(user.name);
}

/** @throws AwsError DeleteConflict while something still hangs on the group */
export function deleteGroup(world: World, account: string, group: Group): void {
  if (group.inline.size > 0 || group.attached.size > 0 || group.members.size > 0)
    throw new AwsError("DeleteConflict", "Cannot delete entity, must remove referenced objects first.", 409);
  groupsOf(world, account).delete(group.name);
}

/** Makes an active access key of a user. */
export function createAccessKey(world: World, user: User): AccessKey {
  const key: AccessKey = {
    ...{ id: `AKIA${world.hex(16).toUpperCase()}`, secret: world.hex(40), at: new Date(world.clock.now()) },
    status: "Active",
  };
  user.keys.set(key.id, key);
  return key;
}
