/** How a run ended, in GitHub's words. */
export type RunEnd =
  | "success"
  | "failure"
  | "cancelled"
  | "timed_out"
  | "action_required"
  | "neutral"
  | "skipped"
  | "stale"
  | "startup_failure";

/** A run that was started. */
export interface StartedRun {
  /** Where it can be looked at; where GitHub does not say which run it is, the list of the workflow's runs. */
  readonly address: string;
  /** GitHub's id of it, where it says so. */
  readonly id?: string;
}

/** Workflows of this repository that a command sets going. */
export interface Workflows {
  /** Starts a workflow of the default branch. */
  start(workflow: string, inputs: Readonly<Record<string, string>>): Promise<StartedRun>;

  /** How a run ended; undefined while it has not. */
  end(run: string): Promise<RunEnd | undefined>;
}
