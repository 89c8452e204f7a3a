import type { Permission, Person } from "../../domain/command/operator-rules.ts";
import type { People } from "../../ports/people.ts";
import type { GitHubRepository } from "./client.ts";

/**
 * People by the collaborator and team APIs. A job's own token may not read teams; a token of an App or a person with "members: read"
 * may (REST docs, "Team members").
 *
 * @param members reads teams; the repository's own if there is no such token, and then teams cannot be looked up
 */
export function gitHubPeople(github: GitHubRepository, members: GitHubRepository): People {
  return {
    find: async (login, teams): Promise<Person> => {
      const [permission, memberships] = await Promise.all([
        permissionOf(github, login),
        Promise.all(teams.map(async (team) => ({ team, member: await isMember(members, team, login) }))),
      ]);
      const unknown = memberships.some(({ member }) => member === "lookup-failed");
      const own = memberships.filter(({ member }) => member === true).map(({ team }) => team);
      return { login, permission, teams: unknown ? "lookup-failed" : own };
    },
  };
}

const permissions: readonly string[] = ["admin", "maintain", "write", "triage", "read", "none"];

async function permissionOf({ octokit, owner, repo }: GitHubRepository, username: string): Promise<Permission> {
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
      owner,
      repo,
      username,
    });
    // A role of the organization's own has a name of its own; then the permission it is built on counts.
    const found = permissions.includes(data.role_name ?? "") ? data.role_name : data.permission;
    return permissions.includes(found ?? "") ? (found as Permission) : "lookup-failed";
  } catch (error) {
    return failed(error);
  }
}

async function isMember(
  { octokit, owner }: GitHubRepository,
  team: string,
  username: string,
): Promise<boolean | "lookup-failed"> {
  try {
    const { data } = await octokit.request("GET /orgs/{org}/teams/{team_slug}/memberships/{username}", {
      org: owner,
      team_slug: team,
      username,
    });
    return data.state === "active";
  } catch (error) {
    return statusOf(error) === 404 ? false : failed(error);
  }
}

/** Whatever went wrong, nothing is known, and what is not known denies. */
function failed(error: unknown): "lookup-failed" {
  if (error instanceof Error) return "lookup-failed";
  throw error;
}

/** Status of an answer of GitHub that the client throws. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : undefined;
}
