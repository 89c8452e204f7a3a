/** Who let a job into the GitHub environment it works in. */
export interface Approvals {
  /** Logins of those who approved an environment for a run; none if it has no required reviewers. */
  of(runId: string, environment: string): Promise<readonly string[]>;
}
