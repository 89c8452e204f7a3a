import type { Comment, Issue, Label } from "./issue-records.ts";

/**
 * What the bed remembers beside git. Times are milliseconds of bed time; shapes/ turns these records into GitHub's JSON.
 */

export type Role = "none" | "read" | "triage" | "write" | "maintain" | "admin";

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Bot" | "Organization";
  readonly name: string;
}

export interface Team {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly organization: string;
  readonly members: Map<string, "member" | "maintainer">;
}

/** Who does something, and whether workflows hear of it: events made with a job's GITHUB_TOKEN start none. */
export interface Doer {
  readonly user: User;
  readonly startsWorkflows: boolean;
  /** May this doer write `.github/workflows`? Tokens of Apps without the `workflows` permission may not. */
  readonly mayChangeWorkflows: boolean;
}

export interface Protection {
  requiredChecks: readonly string[];
  /** The branch must contain the newest base commit. */
  strict: boolean;
  requiredApprovals: number;
  dismissStaleReviews: boolean;
  enforceAdmins: boolean;
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number | null;
  readonly end_column: number | null;
  readonly annotation_level: "notice" | "warning" | "failure";
  readonly title: string | null;
  readonly message: string;
  readonly raw_details: string | null;
}

export const CONCLUSIONS = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "stale",
  "timed_out",
  "startup_failure",
] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];
export type CheckStatus = "queued" | "in_progress" | "completed" | "waiting" | "requested" | "pending";

export interface CheckRun {
  readonly id: number;
  readonly app: string;
  readonly headSha: string;
  readonly startedAt: number;
  /** The workflow job this check stands for, if a job made it. */
  readonly jobId: number | undefined;
  name: string;
  status: CheckStatus;
  conclusion: Conclusion | undefined;
  completedAt: number | undefined;
  externalId: string;
  detailsUrl: string | undefined;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: Annotation[];
}

export type StatusState = "error" | "failure" | "pending" | "success";

export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly state: StatusState;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: User;
  readonly createdAt: number;
}

export const DEPLOYMENT_STATES = [
  "error",
  "failure",
  "inactive",
  "in_progress",
  "queued",
  "pending",
  "success",
] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

export interface DeploymentStatus {
  readonly id: number;
  readonly state: DeploymentState;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly creator: User;
  readonly createdAt: number;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: string | Readonly<Record<string, unknown>>;
  readonly creator: User;
  readonly createdAt: number;
  readonly transient: boolean;
  readonly production: boolean;
  updatedAt: number;
  readonly statuses: DeploymentStatus[];
}

export interface Environment {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  reviewers: readonly { readonly type: "User" | "Team"; readonly id: number }[];
  preventSelfReview: boolean;
  waitMinutes: number;
  branchPolicy: "any" | "protected" | "custom";
  readonly branchPatterns: Set<string>;
  readonly variables: Map<string, string>;
  readonly secrets: Map<string, string>;
}

export interface RunStep {
  readonly name: string;
  readonly number: number;
  readonly status: CheckStatus;
  readonly conclusion: Conclusion | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
}

export interface RunJob {
  readonly id: number;
  readonly runId: number;
  readonly attempt: number;
  readonly name: string;
  status: CheckStatus;
  conclusion: Conclusion | undefined;
  startedAt: number | undefined;
  completedAt: number | undefined;
  steps: readonly RunStep[];
  summary: string;
  log: string;
}

export interface WorkflowRun {
  readonly id: number;
  readonly runNumber: number;
  readonly workflowId: number;
  readonly workflowPath: string;
  readonly workflowName: string;
  readonly event: string;
  /** Id of that event, where the runner told it. */
  readonly eventId?: number;
  readonly headSha: string;
  readonly headBranch: string;
  readonly pullNumbers: readonly number[];
  readonly actor: User;
  readonly createdAt: number;
  triggeringActor: User;
  title: string;
  attempt: number;
  status: CheckStatus;
  conclusion: Conclusion | undefined;
  startedAt: number;
  updatedAt: number;
  readonly jobs: RunJob[];
  /** Environments whose reviewers have to say yes before a job starts. */
  waitingFor: readonly string[];
  readonly approvals: RunApproval[];
}

/** What a reviewer decided about waiting environments. */
export interface RunApproval {
  readonly by: User;
  readonly environments: readonly string[];
  readonly decision: "approved" | "rejected";
  readonly comment: string;
}

export interface Repository {
  readonly id: number;
  readonly owner: User;
  readonly name: string;
  /** `owner/name`. */
  readonly fullName: string;
  /** Folder of the bare git repository. */
  readonly dir: string;
  readonly createdAt: number;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly parent: string | undefined;
  readonly settings: RepositorySettings;
  readonly collaborators: Map<string, Role>;
  readonly teams: Map<string, Role>;
  readonly protections: Map<string, Protection>;
  readonly labels: Map<string, Label>;
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  readonly checkRuns: Map<number, CheckRun>;
  readonly statuses: Status[];
  readonly deployments: Map<number, Deployment>;
  readonly environments: Map<string, Environment>;
  readonly workflows: Map<string, number>;
  readonly runs: Map<number, WorkflowRun>;
  readonly variables: Map<string, string>;
  readonly secrets: Map<string, string>;
  pushedAt: number;
}

export interface RepositorySettings {
  allowAutoMerge: boolean;
  allowMergeCommit: boolean;
  allowSquashMerge: boolean;
  allowRebaseMerge: boolean;
  deleteBranchOnMerge: boolean;
  /** "Allow GitHub Actions to create and approve pull requests"; off on GitHub unless somebody turned it on. */
  actionsMayCreatePulls: boolean;
  /** How `sub` of this repository's OIDC tokens reads: with numeric ids since July 2026, without before. */
  oidcSubject: "immutable" | "classic";
}
