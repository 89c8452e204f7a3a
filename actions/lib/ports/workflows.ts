/** Workflows of this repository that a command sets going. */
export interface Workflows {
  /** Starts a workflow of the default branch; gives the address where its runs are listed. */
  start(workflow: string, inputs: Readonly<Record<string, string>>): Promise<string>;
}
