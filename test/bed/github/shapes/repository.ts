import type { Label } from "../issue-records.ts";
import type { Protection, Repository, Role } from "../records.ts";
import type { World } from "../world.ts";
import { iso, nodeId, userShape } from "./people.ts";
import type { PublishedBranchProtection, PublishedRepository } from "./published.ts";

/** Addresses of a repository in the API and on the site. */
export function repositoryApi(world: World, repository: Repository): string {
  return `${world.apiUrl}/repos/${repository.fullName}`;
}

export function repositoryPage(world: World, repository: Repository): string {
  return `${world.url}/${repository.fullName}`;
}

/** A repository; with `role`, also what the asking person may do in it. */
export function repositoryShape(world: World, repository: Repository, role?: Role) {
  const api = repositoryApi(world, repository);
  const page = repositoryPage(world, repository);
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: repository.fullName,
    private: repository.private,
    visibility: repository.private ? "private" : "public",
    owner: userShape(world, repository.owner),
    html_url: page,
    description: null,
    fork: repository.parent !== undefined,
    url: api,
    clone_url: `${page}.git`,
    git_url: `${page}.git`,
    ssh_url: `${page}.git`,
    compare_url: `${api}/compare/{base}...{head}`,
    contents_url: `${api}/contents/{+path}`,
    deployments_url: `${api}/deployments`,
    issues_url: `${api}/issues{/number}`,
    pulls_url: `${api}/pulls{/number}`,
    statuses_url: `${api}/statuses/{sha}`,
    created_at: iso(repository.createdAt),
    updated_at: iso(repository.pushedAt),
    pushed_at: iso(repository.pushedAt),
    default_branch: repository.defaultBranch,
    archived: false,
    disabled: false,
    has_issues: true,
    allow_forking: true,
    allow_merge_commit: repository.settings.allowMergeCommit,
    allow_squash_merge: repository.settings.allowSquashMerge,
    allow_rebase_merge: repository.settings.allowRebaseMerge,
    allow_auto_merge: repository.settings.allowAutoMerge,
    delete_branch_on_merge: repository.settings.deleteBranchOnMerge,
    open_issues_count: [...repository.issues.values()].filter((issue) => issue.state === "open").length,
    ...(role !== undefined && { permissions: permissionsShape(role) }),
  } satisfies PublishedRepository;
}

export function permissionsShape(role: Role) {
  const rank = ["none", "read", "triage", "write", "maintain", "admin"].indexOf(role);
  return { admin: rank >= 5, maintain: rank >= 4, push: rank >= 3, triage: rank >= 2, pull: rank >= 1 };
}

export function labelShape(world: World, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${repositoryApi(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function branchShape(
  world: World,
  repository: Repository,
  { name, sha }: { readonly name: string; readonly sha: string },
) {
  const protection = repository.protections.get(name);
  return {
    name,
    commit: { sha, url: `${repositoryApi(world, repository)}/commits/${sha}` },
    protected: protection !== undefined,
    protection: {
      enabled: protection !== undefined,
      required_status_checks: {
        enforcement_level: protection === undefined ? "off" : protection.enforceAdmins ? "everyone" : "non_admins",
        contexts: protection?.requiredChecks ?? [],
        checks: (protection?.requiredChecks ?? []).map((context) => ({ context, app_id: null })),
      },
    },
    protection_url: `${repositoryApi(world, repository)}/branches/${name}/protection`,
  };
}

export function protectionShape(world: World, repository: Repository, branch: string, protection: Protection) {
  const url = `${repositoryApi(world, repository)}/branches/${branch}/protection`;
  return {
    url,
    required_status_checks: {
      url: `${url}/required_status_checks`,
      strict: protection.strict,
      contexts: protection.requiredChecks,
      contexts_url: `${url}/required_status_checks/contexts`,
      checks: protection.requiredChecks.map((context) => ({ context, app_id: null })),
    },
    ...(protection.requiredApprovals > 0 && {
      required_pull_request_reviews: {
        url: `${url}/required_pull_request_reviews`,
        dismiss_stale_reviews: protection.dismissStaleReviews,
        require_code_owner_reviews: false,
        require_last_push_approval: false,
        required_approving_review_count: protection.requiredApprovals,
      },
    }),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: false },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
  } satisfies PublishedBranchProtection;
}
