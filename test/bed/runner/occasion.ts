/** Where an event stands: the ref and commit its runs see, the commit their workflow files come from, and what it changed. */
import { changedPaths, commitOf, pathsAt } from "./git.ts";
import type { HostEvent, HostRepository } from "./host.ts";
import { at, textAt } from "./payload.ts";

export interface Occasion {
  readonly event: HostEvent;
  /** `GITHUB_REF` and `GITHUB_SHA`. */
  readonly ref: string;
  readonly sha: string;
  /** `GITHUB_HEAD_REF` and `GITHUB_BASE_REF`; empty outside of pull requests. */
  readonly headRef: string;
  readonly baseRef: string;
  /** The commit whose workflow files count. */
  readonly workflowSha: string;
  /** The ref of that commit, as it appears in `GITHUB_WORKFLOW_REF`. */
  readonly workflowRef: string;
  /** The commit and branch on which people see the run. */
  readonly headSha: string;
  readonly headBranch: string;
  /** A pull request from another repository: read-only token, no secrets. */
  readonly fork: boolean;
  /** What `branches:` filters look at. */
  readonly branch: string | undefined;
  readonly tag: string | undefined;
  readonly changed: () => Promise<readonly string[]>;
}

export type FoundOccasion =
  | { readonly kind: "occasion"; readonly occasion: Occasion }
  | { readonly kind: "none"; readonly because: string };

/** Places an event in its repository. `none` names the reason why GitHub would start nothing. */
export async function findOccasion(event: HostEvent, repository: HostRepository): Promise<FoundOccasion> {
  switch (event.name) {
    case "push":
      return pushed(event, repository);
    case "pull_request":
    case "pull_request_review":
    case "pull_request_review_comment":
      return pulled(event, repository);
    case "merge_group":
      return queued(event, repository);
    case "workflow_dispatch":
      return onRef(event, repository, textAt(event.payload, "ref") || repository.defaultBranch);
    case "pull_request_target":
    case "issue_comment":
    case "issues":
    case "schedule":
    case "repository_dispatch":
    case "workflow_run":
    case "check_run":
    case "check_suite":
    case "deployment_status":
    case "label":
      return onRef(event, repository, repository.defaultBranch);
    default:
      return none(`the runner does not model the event ${event.name}`);
  }
}

async function pushed(event: HostEvent, repository: HostRepository): Promise<FoundOccasion> {
  const { gitDirectory } = repository;
  const ref = textAt(event.payload, "ref");
  const sha = textAt(event.payload, "after");
  const before = textAt(event.payload, "before");
  if (isZero(sha)) return none(`${ref} was deleted`);
  const defaultHead = await commitOf(gitDirectory, `refs/heads/${repository.defaultBranch}`);
  const changed = (): Promise<readonly string[]> => {
    if (!isZero(before)) return changedPaths(gitDirectory, { from: before, to: sha, since: "from" });
    if (defaultHead === undefined || defaultHead === sha) return pathsAt(gitDirectory, sha);
    return changedPaths(gitDirectory, { from: defaultHead, to: sha, since: "merge-base" });
  };
  return found({ ...atCommit(event, ref, sha), changed });
}

async function pulled(event: HostEvent, repository: HostRepository): Promise<FoundOccasion> {
  const pull = at(event.payload, "pull_request");
  const number = textAt(pull, "number");
  const baseRef = textAt(pull, "base", "ref");
  const merged = at(pull, "merged") === true;
  const ref = merged ? `refs/heads/${baseRef}` : `refs/pull/${number}/merge`;
  const sha = merged ? textAt(pull, "merge_commit_sha") : await commitOf(repository.gitDirectory, ref);
  if (!sha) return none(`pull request #${number} has conflicts with ${baseRef}, so it has no merge commit`);
  const headSha = textAt(pull, "head", "sha");
  const changed = (): Promise<readonly string[]> =>
    changedPaths(repository.gitDirectory, { from: textAt(pull, "base", "sha"), to: headSha, since: "merge-base" });
  return found({
    ...atCommit(event, ref, sha),
    headRef: textAt(pull, "head", "ref"),
    baseRef,
    headSha,
    headBranch: textAt(pull, "head", "ref"),
    fork: textAt(pull, "head", "repo", "full_name") !== repository.fullName,
    branch: baseRef,
    changed,
  });
}

async function queued(event: HostEvent, repository: HostRepository): Promise<FoundOccasion> {
  const group = at(event.payload, "merge_group");
  const sha = textAt(group, "head_sha");
  const baseRef = textAt(group, "base_ref");
  const changed = (): Promise<readonly string[]> =>
    changedPaths(repository.gitDirectory, { from: textAt(group, "base_sha"), to: sha, since: "from" });
  return found({ ...atCommit(event, textAt(group, "head_ref"), sha), branch: shortName(baseRef), changed });
}

async function onRef(event: HostEvent, repository: HostRepository, named: string): Promise<FoundOccasion> {
  const candidates = named.startsWith("refs/") ? [named] : [`refs/heads/${named}`, `refs/tags/${named}`];
  for (const ref of candidates) {
    const sha = await commitOf(repository.gitDirectory, ref);
    if (sha !== undefined) return found({ ...atCommit(event, ref, sha), changed: async () => [] });
  }
  return none(`${repository.fullName} has no branch or tag ${named}`);
}

function atCommit(event: HostEvent, ref: string, sha: string): Omit<Occasion, "changed"> {
  return {
    event,
    ref,
    sha,
    headRef: "",
    baseRef: "",
    workflowSha: sha,
    workflowRef: ref,
    headSha: sha,
    headBranch: shortName(ref),
    fork: false,
    branch: ref.startsWith("refs/heads/") ? shortName(ref) : undefined,
    tag: ref.startsWith("refs/tags/") ? shortName(ref) : undefined,
  };
}

/** `main` for `refs/heads/main`, `7/merge` for `refs/pull/7/merge`: GitHub's `ref_name`. */
export function shortName(ref: string): string {
  return ref.replace(/^refs\/(heads|tags|pull)\//, "");
}

function found(occasion: Occasion): FoundOccasion {
  return { kind: "occasion", occasion };
}

function none(because: string): FoundOccasion {
  return { kind: "none", because };
}

function isZero(sha: string): boolean {
  return /^0*$/.test(sha);
}
