import type { TaskState } from "../domain/task.ts";

/** One-off tasks and their logs. */
export interface Tasks {
  /**
   * Starts one task. A repeated call with the same token gives the task that is already there.
   *
   * @returns the task, or the reasons why nothing could be placed (capacity, agent, ...)
   */
  run(request: {
    readonly cluster: string;
    readonly taskDefinition: string;
    readonly container: string;
    readonly command: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
    readonly subnets: readonly string[];
    readonly securityGroups: readonly string[];
    readonly startedBy: string;
    readonly token: string;
  }): Promise<{ readonly task: string } | { readonly refused: readonly string[] }>;

  /** The state of a task; undefined while ECS does not show it yet. */
  describe(cluster: string, task: string): Promise<TaskState | undefined>;

  /** Tasks that a starter runs now. */
  running(cluster: string, startedBy: string): Promise<readonly string[]>;

  stop(cluster: string, task: string, reason: string): Promise<void>;

  /**
   * The last lines of a log stream, oldest first; none if the stream was never made.
   *
   * @param lines how many at the most
   */
  log(group: string, stream: string, lines: number): Promise<readonly string[]>;
}
