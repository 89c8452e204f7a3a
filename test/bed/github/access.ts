import { GitHubFailure, notFound } from "./failure.ts";
import type { Doer, Repository, Role, User } from "./records.ts";
import type { World } from "./world.ts";

export type PermissionLevel = "read" | "write" | "admin" | "none";

/** What an installation token may do, by GitHub's permission names: `contents`, `pull_requests`, `checks`, … */
export type Permissions = Readonly<Record<string, PermissionLevel>>;

export type Caller =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly user: User }
  | InstallationCaller;

/** A token of a GitHub App on one repository: a job's GITHUB_TOKEN is one, of the App "github-actions". */
export interface InstallationCaller {
  readonly kind: "installation";
  readonly user: User;
  readonly app: string;
  readonly repository: string;
  readonly permissions: Permissions;
  readonly startsWorkflows: boolean;
  readonly expiresAt: number;
}

/** What a call needs: the role of a person, or one of these scopes (`issues:write`) of an App. */
export interface Need {
  readonly role: Role;
  readonly scopes: readonly string[];
}

const RANK: Readonly<Record<Role, number>> = { none: 0, read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

export function atLeast(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed];
}

/** The highest role a user has: as owner, collaborator, team member, or because anybody may read a public repository. */
export function roleOf(world: World, repository: Repository, user: User): Role {
  const login = user.login.toLowerCase();
  const roles: Role[] = [repository.private ? "none" : "read", repository.collaborators.get(login) ?? "none"];
  if (repository.owner.id === user.id) roles.push("admin");
  const members = world.organizationMembers.get(repository.owner.login.toLowerCase());
  if (members?.get(login) === "admin") roles.push("admin");
  for (const [team, role] of repository.teams) {
    if (world.teams.get(team)?.members.has(login) === true) roles.push(role);
  }
  return roles.reduce((best, role) => (atLeast(role, best) ? role : best), "none");
}

/** The four-level `permission` GitHub's older field says: triage reads as read, maintain as write. */
export function legacyPermission(role: Role): "admin" | "write" | "read" | "none" {
  if (role === "maintain") return "write";
  if (role === "triage") return "read";
  return role;
}

/**
 * Who acts, once the caller is known to be allowed.
 *
 * @throws GitHubFailure 401 without identity, 404 where the caller may not even see the repository, 403 otherwise
 */
export function authorize(world: World, repository: Repository, caller: Caller, need: Need): Doer {
  switch (caller.kind) {
    case "anonymous":
      if (repository.private) throw notFound();
      if (need.role !== "read") throw new GitHubFailure(401, "Requires authentication");
      return { user: GHOST, startsWorkflows: true, mayChangeWorkflows: false };
    case "user": {
      const role = roleOf(world, repository, caller.user);
      if (role === "none") throw notFound();
      if (!atLeast(role, need.role)) throw new GitHubFailure(403, refusal(need.role));
      return { user: caller.user, startsWorkflows: true, mayChangeWorkflows: true };
    }
    case "installation": {
      const own = caller.repository.toLowerCase() === repository.fullName.toLowerCase();
      if (!own && (repository.private || need.role !== "read")) throw notFound();
      if (own && !need.scopes.some((scope) => grants(caller.permissions, scope))) throw notAccessible(need.scopes);
      return {
        user: caller.user,
        startsWorkflows: caller.startsWorkflows,
        mayChangeWorkflows: grants(caller.permissions, "workflows:write"),
      };
    }
  }
}

/** Whether a permission set covers a scope such as `contents:write`. Every App may read metadata. */
export function grants(permissions: Permissions, scope: string): boolean {
  const [name = "", level = "read"] = scope.split(":");
  if (name === "metadata" && level === "read") return true;
  const held = permissions[name] ?? "none";
  if (held === "none") return false;
  return held === "admin" || held === "write" || held === level;
}

/** The 403 that workflow authors know, with the header that says what would have sufficed. */
function notAccessible(scopes: readonly string[]): GitHubFailure {
  return new GitHubFailure(403, "Resource not accessible by integration", {
    headers: { "x-accepted-github-permissions": scopes.map((scope) => scope.replace(":", "=")).join("; ") },
  });
}

function refusal(role: Role): string {
  return role === "admin" ? "Must have admin rights to Repository." : "Must have push access to repository.";
}

/** Who "does" an anonymous read. */
const GHOST: User = { id: 10137, login: "ghost", type: "User", name: "Deleted user" };
