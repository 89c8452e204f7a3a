import { atLeast, grants, legacyPermission, roleOf } from "../access.ts";
import { GitHubFailure, notFound } from "../failure.ts";
import type { Repository, Role, Team, User } from "../records.ts";
import { teamShape, userShape } from "../shapes/people.ts";
import { permissionsShape, repositoryShape } from "../shapes/repository.ts";
import type { World } from "../world.ts";
import { noContent, ok, paged } from "./answers.ts";
import { type Call, type Route, reading, repositoryRoute, requireCaller, route } from "./router.ts";

/** Users, collaborators and teams: who somebody is and what they may do. */
export const peopleRoutes: readonly Route[] = [
  route("GET /user", ({ world, caller }) => {
    const known = requireCaller(caller);
    if (known.kind === "installation") throw new GitHubFailure(403, "Resource not accessible by integration");
    return ok({ ...userShape(world, known.user), name: known.user.name, email: null });
  }),
  route("GET /users/{username}", (call) => {
    const user = userNamed(call);
    return ok({ ...userShape(call.world, user), name: user.name, email: null });
  }),
  route("GET /orgs/{org}", (call) => {
    const user = call.world.user(call.param("org"));
    if (user?.type !== "Organization") throw notFound();
    return ok({ ...userShape(call.world, user), name: user.name, description: "" });
  }),
  route("GET /orgs/{org}/members/{username}", (call) => {
    readMembers(call);
    const members = call.world.organizationMembers.get(call.param("org").toLowerCase());
    if (members?.has(call.param("username").toLowerCase()) !== true) throw notFound();
    return noContent();
  }),
  route("GET /orgs/{org}/memberships/{username}", (call) => {
    readMembers(call);
    const user = userNamed(call);
    const role = call.world.organizationMembers.get(call.param("org").toLowerCase())?.get(user.login.toLowerCase());
    if (role === undefined) throw notFound();
    return ok({ state: "active", role, user: userShape(call.world, user) });
  }),
  route("GET /orgs/{org}/teams", (call) => {
    readMembers(call);
    const teams = [...call.world.teams.values()].filter((team) => team.organization === call.param("org"));
    return paged(call, teams, { shape: (team) => teamShape(call.world, team) });
  }),
  route("GET /orgs/{org}/teams/{team_slug}", (call) => ok(teamShape(call.world, teamNamed(call)))),
  route("GET /orgs/{org}/teams/{team_slug}/members", (call) => {
    const members = [...teamNamed(call).members.keys()].flatMap((login) => call.world.user(login) ?? []);
    return paged(call, members, { shape: (user) => userShape(call.world, user) });
  }),
  route("GET /orgs/{org}/teams/{team_slug}/memberships/{username}", (call) => {
    readMembers(call);
    const role = teamNamed(call).members.get(call.param("username").toLowerCase());
    if (role === undefined) throw notFound();
    return ok({ url: `${call.world.apiUrl}${call.path}`, role, state: "active" });
  }),
  repositoryRoute("GET", reading("metadata:read"), ({ world, repository, caller }) => {
    const role = caller.kind === "user" ? roleOf(world, repository, caller.user) : undefined;
    return ok(repositoryShape(world, repository, role));
  }),
  repositoryRoute("GET /collaborators", { role: "write", scopes: ["metadata:read"] }, (call) => {
    const { world, repository } = call;
    const people = [...world.users.values()]
      .filter((user) => user.type === "User")
      .map((user) => ({ user, role: heldRole(world, repository, user) }))
      .filter(({ role }) => role !== "none");
    return paged(call, people, {
      shape: ({ user, role }) => ({
        ...userShape(world, user),
        permissions: permissionsShape(role),
        role_name: role,
      }),
    });
  }),
  repositoryRoute("GET /collaborators/{username}/permission", { role: "write", scopes: ["metadata:read"] }, (call) => {
    const user = userNamed(call);
    const role = roleOf(call.world, call.repository, user);
    return ok({
      permission: legacyPermission(role),
      user: { ...userShape(call.world, user), permissions: permissionsShape(role), role_name: role },
      role_name: role,
    });
  }),
  repositoryRoute("GET /collaborators/{username}", { role: "write", scopes: ["metadata:read"] }, (call) => {
    if (!atLeast(heldRole(call.world, call.repository, userNamed(call)), "read")) throw notFound();
    return noContent();
  }),
  repositoryRoute("GET /teams", { role: "read", scopes: ["administration:read"] }, (call) => {
    const teams = [...call.repository.teams].flatMap(([key, role]) => {
      const team = call.world.teams.get(key);
      return team === undefined ? [] : [{ team, role }];
    });
    return paged(call, teams, { shape: ({ team, role }) => teamShape(call.world, team, role) });
  }),
];

/** What somebody was given, without what anybody has on a public repository. */
function heldRole(world: World, repository: Repository, user: User): Role {
  return roleOf(world, { ...repository, private: true }, user);
}

function userNamed(call: Call): User {
  const user = call.world.user(call.param("username"));
  if (user === undefined) throw notFound();
  return user;
}

function teamNamed(call: Call): Team {
  readMembers(call);
  const team = call.world.teams.get(`${call.param("org")}/${call.param("team_slug")}`.toLowerCase());
  if (team === undefined) throw notFound();
  return team;
}

/** Teams belong to the organization: a job's GITHUB_TOKEN can never read them, an App needs `members: read`. */
function readMembers(call: Call): void {
  const caller = requireCaller(call.caller);
  if (caller.kind === "installation") {
    if (grants(caller.permissions, "members:read")) return;
    throw new GitHubFailure(403, "Resource not accessible by integration");
  }
  const members = call.world.organizationMembers.get(call.param("org").toLowerCase());
  if (members?.has(caller.user.login.toLowerCase()) !== true) throw notFound();
}
