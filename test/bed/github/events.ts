/** The events of GitHub that this bed makes; the names are those of `on:` in a workflow. */
export type GitHubEventName =
  | "push"
  | "pull_request"
  | "pull_request_review"
  | "issues"
  | "issue_comment"
  | "check_run"
  | "status"
  | "deployment"
  | "deployment_status"
  | "workflow_dispatch"
  | "repository_dispatch"
  | "workflow_run"
  | "merge_group"
  | "schedule";

export type EventPayload = Readonly<Record<string, unknown>>;

/** One thing that happened, as a webhook would deliver it and as a workflow run would see it. */
export interface GitHubEvent {
  readonly id: number;
  readonly name: GitHubEventName;
  /** The activity type, such as `opened`; events without activity types have none. */
  readonly action: string | undefined;
  /** `owner/name` of the repository it happened in. */
  readonly repository: string;
  readonly actor: string;
  readonly payload: EventPayload;
  /** What `GITHUB_REF` and `GITHUB_SHA` are for runs of this event. */
  readonly ref: string;
  readonly sha: string;
  /**
   * Whether workflows start. No for what a job's GITHUB_TOKEN did (except dispatches), and no for a pull request that
   * conflicts with its base.
   */
  readonly startsWorkflows: boolean;
  /** The pull request's code comes from another repository: GitHub gives such runs a read-only token and no secrets. */
  readonly fromFork: boolean;
  /** Milliseconds of bed time. */
  readonly at: number;
}

/** Everything that happened, in order, and who wants to hear of it. */
export class EventStream {
  readonly #all: GitHubEvent[] = [];
  readonly #listeners = new Set<(event: GitHubEvent) => void>();

  /** Everything so far, oldest first. */
  all(): readonly GitHubEvent[] {
    return this.#all;
  }

  /** Whether anybody would hear of an event. */
  get heard(): boolean {
    return this.#listeners.size > 0;
  }

  /** Calls back for each event from now on; the result ends that. */
  subscribe(listener: (event: GitHubEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(event: Omit<GitHubEvent, "id">): GitHubEvent {
    const numbered = { id: this.#all.length + 1, ...event };
    this.#all.push(numbered);
    for (const listener of this.#listeners) listener(numbered);
    return numbered;
  }
}
