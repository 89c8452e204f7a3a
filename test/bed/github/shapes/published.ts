import type { RestEndpointMethodTypes } from "@octokit/rest";

type Rest = RestEndpointMethodTypes;

/**
 * Part of something GitHub publishes: every field that is there has GitHub's name and GitHub's type, at every depth. The
 * shapes here are checked against GitHub's own OpenAPI description with `satisfies Published<…>`.
 */
export type Published<T> = T extends readonly (infer Item)[]
  ? readonly Published<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]?: Published<T[Key]> | undefined }
    : T;

type Widened<T, Keys extends keyof T> = Omit<T, Keys> & { readonly [Key in Keys]?: unknown };

export type PublishedUser = Published<Rest["users"]["getByUsername"]["response"]["data"]>;
export type PublishedRepository = Published<Rest["repos"]["get"]["response"]["data"]>;
export type PublishedIssue = Published<Rest["issues"]["get"]["response"]["data"]>;
export type PublishedComment = Published<Rest["issues"]["getComment"]["response"]["data"]>;
/** GitHub answers null for the repository of a deleted fork and for an auto-merge without a title; its description does not. */
export type PublishedPull = Widened<
  Published<Rest["pulls"]["get"]["response"]["data"]>,
  "head" | "base" | "auto_merge"
>;
export type PublishedReview = Published<Rest["pulls"]["getReview"]["response"]["data"]>;
export type PublishedCommit = Published<Rest["repos"]["getCommit"]["response"]["data"]>;
export type PublishedGitCommit = Published<Rest["git"]["getCommit"]["response"]["data"]>;
export type PublishedFile = Published<Rest["pulls"]["listFiles"]["response"]["data"][number]>;
/** `stale` and `startup_failure` are answered too, though not described. */
export type PublishedCheck = Widened<Published<Rest["checks"]["get"]["response"]["data"]>, "conclusion">;
export type PublishedStatus = Published<Rest["repos"]["createCommitStatus"]["response"]["data"]>;
export type PublishedDeployment = Published<Rest["repos"]["getDeployment"]["response"]["data"]>;
export type PublishedDeploymentStatus = Published<Rest["repos"]["getDeploymentStatus"]["response"]["data"]>;
export type PublishedEnvironment = Published<Rest["repos"]["getEnvironment"]["response"]["data"]>;
export type PublishedRun = Published<Rest["actions"]["getWorkflowRun"]["response"]["data"]>;
export type PublishedJob = Widened<
  Published<Rest["actions"]["getJobForWorkflowRun"]["response"]["data"]>,
  "conclusion" | "steps"
>;
export type PublishedBranchProtection = Published<Rest["repos"]["getBranchProtection"]["response"]["data"]>;
