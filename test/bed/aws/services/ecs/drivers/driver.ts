/** How the bed runs the containers of a task: the one interface behind which they are scripted, processes or Docker containers. */

/** One container to run, with everything resolved: image, command, environment, secrets. */
export interface ContainerRun {
  readonly taskArn: string;
  readonly taskId: string;
  readonly cluster: string;
  /** Name of the service the task belongs to; undefined for one-off tasks. */
  readonly service: string | undefined;
  readonly family: string;
  readonly container: string;
  readonly image: string;
  readonly imageDigest: string | undefined;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  /** Hard limits of the task; CPU in units of 1/1024 core, memory in MiB. */
  readonly cpu: number;
  readonly memory: number;
  readonly user: string | undefined;
  readonly workingDirectory: string | undefined;
  /** As the task definition has it: `CMD` and words, or `CMD-SHELL` and a line for a shell. */
  readonly healthCheck: readonly string[] | undefined;
}

/** What a container tells while it runs. */
export interface ContainerReport {
  line(text: string): void;
  /** Whether it would answer its health checks; true until told otherwise. */
  health(healthy: boolean): void;
  /** Once, when it has ended; a reason such as `OutOfMemoryError: Container killed due to memory usage` if there is one. */
  exit(code: number | undefined, reason?: string): void;
}

export interface RunningContainer {
  /** Asks it to end and ends it after so many milliseconds of bed time; the end itself is reported as an exit. */
  stop(graceMs: number): void;
}

export interface TaskDriver {
  readonly name: "scripted" | "process" | "docker";
  /** Starts a container. A rejected promise is a container that could not be started, its message the reason. */
  start(run: ContainerRun, report: ContainerReport): Promise<RunningContainer>;
  /** Ends everything it still runs. */
  close(): Promise<void>;
}

/** The image of a container could not be had; any other rejection means that the container could not be started. */
export class PullFailure extends Error {}
