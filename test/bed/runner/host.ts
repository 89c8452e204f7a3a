/** What the runner needs from the GitHub it serves: events in; tokens, repositories and settings; run, job and step states out. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Something that happened in a repository, with the payload of GitHub's webhook of the same name. */
export interface HostEvent {
  /** Its number at the host, where that has one. */
  readonly id?: number;
  readonly name: string;
  readonly repository: string;
  readonly actor: string;
  readonly payload: JsonObject;
}

export interface HostRepository {
  /** `owner/name` */
  readonly fullName: string;
  readonly id: number;
  readonly ownerId: number;
  readonly visibility: "public" | "private" | "internal";
  readonly defaultBranch: string;
  /** Where the bare repository lies on this machine. Only read: workflow files, changed paths, commit messages. */
  readonly gitDirectory: string;
  /** What a job clones from; the credentials come from {@link RunnerHost.issueToken}. */
  readonly cloneUrl: string;
}

export type PermissionLevel = "read" | "write";
/** Scopes as a workflow spells them (`contents`, `pull-requests`, …); what is not named is not granted. */
export type Permissions = Readonly<Record<string, PermissionLevel>>;

export interface TokenRequest {
  readonly repository: string;
  readonly permissions: Permissions;
  readonly runId: number;
  readonly job: string;
}

/** A run that is about to start; the host knows its numbers. */
export interface RunStart {
  readonly repository: string;
  readonly path: string;
  readonly workflow: string;
  readonly event: HostEvent;
  readonly headSha: string;
  readonly headBranch: string;
}

/** The facts about a job from which GitHub makes the claims of its OIDC token. */
export interface OidcRequest {
  readonly repository: string;
  readonly repositoryId: number;
  readonly repositoryOwnerId: number;
  readonly visibility: string;
  readonly ref: string;
  readonly sha: string;
  readonly headRef: string;
  readonly baseRef: string;
  readonly eventName: string;
  readonly actor: string;
  readonly workflow: string;
  /** `owner/name/.github/workflows/file.yml@ref` of the workflow that was triggered. */
  readonly workflowRef: string;
  readonly workflowSha: string;
  /** The same of the workflow that defines the job; another one if it was called with `workflow_call`. */
  readonly jobWorkflowRef: string;
  readonly jobWorkflowSha: string;
  readonly runId: number;
  readonly runNumber: number;
  readonly runAttempt: number;
  readonly environment: string | undefined;
}

/** What `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN` of a job will be. */
export interface OidcGrant {
  readonly requestUrl: string;
  readonly requestToken: string;
}

export interface HostEnvironment {
  /** Logins of which one must approve before a job enters; empty: nobody has to. */
  readonly reviewers: readonly string[];
  /** The person who started the run may not approve it. */
  readonly preventSelfReview: boolean;
  /** Branch name patterns that may deploy here; `undefined`: every branch. */
  readonly branches: readonly string[] | undefined;
}

export interface RunnerHost {
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** Calls back for every event that may start a workflow; the result ends it. */
  onEvent(listener: (event: HostEvent) => void): () => void;
  repository(fullName: string): Promise<HostRepository>;
  /** A user's numeric id. */
  userId(login: string): Promise<number>;
  /** Values of `vars`: the repository's, overlaid with the environment's. */
  variables(repository: string, environment: string | undefined): Promise<Readonly<Record<string, string>>>;
  /** Values of `secrets` in the same way. Never asked for a pull request from a fork. */
  secrets(repository: string, environment: string | undefined): Promise<Readonly<Record<string, string>>>;
  environment(repository: string, name: string): Promise<HostEnvironment>;
  /** Makes a run known; gives its id, and its number among the runs of the workflow. */
  startRun(run: RunStart): Promise<{ readonly id: number; readonly number: number }>;
  issueToken(request: TokenRequest): Promise<string>;
  revokeToken(token: string): Promise<void>;
  issueOidc(request: OidcRequest): Promise<OidcGrant>;
  /** The state of a run after each change of it, so that the host can show it (runs, jobs, check runs, deployments). */
  report(run: RunView): Promise<void>;
}

export type Status = "queued" | "pending" | "waiting" | "in_progress" | "completed";
export type Conclusion = "success" | "failure" | "cancelled" | "skipped" | "startup_failure";

export interface Annotation {
  readonly level: "notice" | "warning" | "failure";
  readonly message: string;
  readonly title: string | undefined;
  /** Path in the repository; `.github` where the command named none, as on GitHub. */
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly column: number | undefined;
  readonly endColumn: number | undefined;
}

export interface StepView {
  readonly number: number;
  readonly name: string;
  readonly status: Status;
  readonly conclusion: Conclusion | undefined;
  /** The result before `continue-on-error`. */
  readonly outcome: Conclusion | undefined;
  readonly startedAt: number | undefined;
  readonly completedAt: number | undefined;
  readonly log: string;
}

export interface JobView {
  /** Unique among the jobs of this runner. */
  readonly id: number;
  /** Key in the workflow file; `caller/called` inside a reusable workflow. */
  readonly key: string;
  /** As people see it: with matrix values, or its `name`. */
  readonly name: string;
  readonly status: Status;
  readonly conclusion: Conclusion | undefined;
  readonly startedAt: number | undefined;
  readonly completedAt: number | undefined;
  readonly steps: readonly StepView[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown of the step summaries, one after another. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  readonly environment:
    | { readonly name: string; readonly url: string | undefined; readonly deployment: boolean }
    | undefined;
  readonly permissions: Permissions;
  readonly log: string;
}

export interface RunView {
  readonly id: number;
  readonly attempt: number;
  readonly number: number;
  readonly repository: string;
  /** Path of the workflow file. */
  readonly path: string;
  /** `name:` of the workflow, else its path. */
  readonly workflow: string;
  readonly title: string;
  readonly event: HostEvent;
  readonly ref: string;
  /** `GITHUB_SHA` */
  readonly sha: string;
  /** The commit people see the checks on: the head of the pull request, else `sha`. */
  readonly headSha: string;
  readonly headBranch: string;
  readonly triggeringActor: string;
  readonly status: Status;
  readonly conclusion: Conclusion | undefined;
  readonly startedAt: number;
  readonly completedAt: number | undefined;
  readonly jobs: readonly JobView[];
  /** What made the whole run fail before its jobs, e.g. an invalid workflow file. */
  readonly problem: string | undefined;
}
