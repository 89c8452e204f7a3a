import type {
  Deployment,
  RunningService,
  ScalingTarget,
  ServiceDesire,
  StoppedTask,
  TaskDefinition,
} from "../domain/service.ts";

/** ECS services and their scaling, in our words. */
export interface Services {
  /** Services by name, batched; those that do not exist are left out. */
  find(cluster: string, names: readonly string[]): Promise<readonly RunningService[]>;

  /** The content of a task definition revision. */
  taskDefinition(arn: string): Promise<TaskDefinition>;

  /** The newest active revision of a family, or undefined if the family has none. */
  latest(family: string): Promise<{ readonly arn: string; readonly definition: TaskDefinition } | undefined>;

  /** Registers a revision and returns its ARN. */
  register(definition: TaskDefinition): Promise<string>;

  /** Creates a service and returns the ARN of its first service deployment. */
  create(request: {
    readonly cluster: string;
    readonly desire: ServiceDesire;
    readonly taskDefinition: string;
    readonly count: number;
    readonly token: string;
  }): Promise<string | undefined>;

  /**
   * Changes a service in one call.
   *
   * @returns the ARN of the service deployment this call started; undefined if nothing that needs one changed
   */
  update(request: {
    readonly cluster: string;
    readonly desire: ServiceDesire;
    readonly taskDefinition: string;
    /** Undefined leaves the count alone. */
    readonly count?: number;
    readonly force: boolean;
    /** Service deployment that was current before. */
    readonly replacing?: string;
  }): Promise<string | undefined>;

  /** Sets the count of running tasks, nothing else. */
  setCount(cluster: string, service: string, count: number): Promise<void>;

  remove(cluster: string, service: string): Promise<void>;

  /** Service deployments by ARN, batched. */
  deployments(arns: readonly string[]): Promise<readonly Deployment[]>;

  /** Stops a service deployment and rolls it back. */
  stopDeployment(arn: string): Promise<void>;

  /** Digests that a service revision runs, by container name. */
  digests(serviceRevision: string): Promise<Readonly<Record<string, string>>>;

  /** Tasks of a service that stopped since, newest first. */
  stoppedTasks(cluster: string, service: string): Promise<readonly StoppedTask[]>;

  /** Scaling of services by name, batched; those without are left out. */
  scaling(cluster: string, names: readonly string[]): Promise<readonly ScalingTarget[]>;

  /** Sets limits, suspension and the target tracking policy of one service. */
  scale(cluster: string, target: ScalingTarget): Promise<void>;

  /** Takes a service out of auto scaling. */
  unscale(cluster: string, service: string): Promise<void>;
}
