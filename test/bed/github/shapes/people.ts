import type { Team, User } from "../records.ts";
import type { World } from "../world.ts";
import type { PublishedUser } from "./published.ts";

/** GitHub's opaque GraphQL ids: a kind and a number that can be taken apart again. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString("base64url")}`;
}

/** The kind and number of a node id, or undefined when it is none. */
export function readNodeId(text: string): { readonly kind: string; readonly id: number } | undefined {
  const [, kind, encoded] = /^([A-Z]+)_([A-Za-z0-9_-]+)$/.exec(text) ?? [];
  const id = Number(Buffer.from(encoded ?? "", "base64url").toString("utf8"));
  return kind === undefined || !Number.isInteger(id) ? undefined : { kind, id };
}

/** A moment as GitHub writes it: whole seconds, UTC. */
export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

export function isoOrNull(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : iso(milliseconds);
}

/** "Simple User". */
export function userShape(world: World, user: User) {
  const api = `${world.apiUrl}/users/${encodeURIComponent(user.login)}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(user.type === "Bot" ? "BOT" : user.type === "Organization" ? "O" : "U", user.id),
    avatar_url: `${world.url}/avatars/u/${user.id}`,
    gravatar_id: "",
    url: api,
    html_url: `${world.url}/${user.type === "Bot" ? `apps/${user.login.replace("[bot]", "")}` : user.login}`,
    followers_url: `${api}/followers`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    type: user.type,
    user_view_type: "public",
    site_admin: false,
  } satisfies PublishedUser;
}

export function teamShape(world: World, team: Team, permission = "pull") {
  return {
    id: team.id,
    node_id: nodeId("T", team.id),
    name: team.name,
    slug: team.slug,
    description: "",
    privacy: "closed",
    notification_setting: "notifications_enabled",
    permission,
    url: `${world.apiUrl}/organizations/${team.organization}/team/${team.id}`,
    html_url: `${world.url}/orgs/${team.organization}/teams/${team.slug}`,
    members_url: `${world.apiUrl}/organizations/${team.organization}/team/${team.id}/members{/member}`,
    repositories_url: `${world.apiUrl}/organizations/${team.organization}/team/${team.id}/repos`,
    parent: null,
  };
}

/** The App a check run or deployment belongs to. */
export function appShape(world: World, slug: string) {
  return {
    id: slug === "github-actions" ? 15368 : 100_000 + [...slug].reduce((sum, letter) => sum + letter.charCodeAt(0), 0),
    slug,
    node_id: nodeId("A", slug === "github-actions" ? 15368 : 1),
    name: slug === "github-actions" ? "GitHub Actions" : slug,
    description: "",
    external_url: `${world.url}/apps/${slug}`,
    html_url: `${world.url}/apps/${slug}`,
    created_at: "2018-07-30T09:30:17Z",
    updated_at: "2024-04-10T20:33:16Z",
    permissions: {},
    events: [],
  };
}
