/** What a job's GITHUB_TOKEN may do. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { isMapping } from "@actions/workflow-parser/templates/tokens/type-guards";
import type { PermissionLevel, Permissions } from "./host.ts";
import { members } from "./workflow.ts";

/** Scopes of the `permissions` key (docs.github.com, "Workflow syntax: permissions"). */
const SCOPES = [
  "actions",
  "artifact-metadata",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "id-token",
  "issues",
  "models",
  "packages",
  "pages",
  "pull-requests",
  "repository-projects",
  "security-events",
  "statuses",
];

/** A repository's default since 2023: read contents and packages, nothing else. */
const RESTRICTED: Permissions = { contents: "read", packages: "read" };

function grantedBy(job: TemplateToken | undefined, workflow: TemplateToken | undefined): Permissions {
  const token = job ?? workflow;
  if (token === undefined) return RESTRICTED;
  if (isMapping(token)) {
    const granted: Record<string, PermissionLevel> = {};
    for (const [scope, level] of members(token)) {
      const text = level.toString();
      if (text === "read" || text === "write") granted[scope] = text;
    }
    return granted;
  }
  const level = token.toString() === "write-all" ? "write" : "read";
  return Object.fromEntries(
    SCOPES.filter((scope) => scope !== "id-token" || level === "write").map((scope) => [scope, level]),
  );
}

/** What a job is granted: its own key, else its workflow's, else, in a called workflow, what the calling job has. */
export function permissionsOf(
  job: { readonly permissions: TemplateToken | undefined },
  workflow: { readonly permissions: TemplateToken | undefined },
  ceiling: Permissions | undefined,
): Permissions {
  const silent = job.permissions === undefined && workflow.permissions === undefined;
  return silent && ceiling !== undefined ? ceiling : grantedBy(job.permissions, workflow.permissions);
}

/** A pull request from a fork can write nothing, and gets no identity token. */
export function readOnly(permissions: Permissions): Permissions {
  return Object.fromEntries(
    Object.keys(permissions)
      .filter((scope) => scope !== "id-token")
      .map((scope) => [scope, "read" as const]),
  );
}

/** The scopes where a called workflow asks for more than its caller has, each as GitHub words it. */
export function excess(asked: Permissions, allowed: Permissions): readonly string[] {
  return Object.entries(asked)
    .filter(([scope, level]) => allowed[scope] !== "write" && allowed[scope] !== level)
    .map(([scope, level]) => `'${scope}: ${level}', but is only allowed '${scope}: ${allowed[scope] ?? "none"}'`);
}
