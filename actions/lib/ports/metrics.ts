/** What can be seen of a tenant from outside, to find out what is wrong with it. Nothing here changes anything. */
export interface Insight {
  /** Tasks of a service that run and whose own health checks pass. */
  healthyTasks(cluster: string, service: string): Promise<number>;

  /** Log lines of a group since a moment, oldest first: the newest `most` of them. */
  lines(group: string, since: Date, most: number): Promise<readonly string[]>;

  /** Revisions that a service ran in deployments that succeeded, newest first, by the ARN of their task definition. */
  ranBefore(cluster: string, service: string): Promise<readonly string[]>;

  /** Targets of a load balancer that get no traffic, with the reason. */
  targets(targetGroup: string): Promise<readonly Target[]>;

  /** Alarms whose names begin so and that are not in order. */
  alarms(prefix: string): Promise<readonly Alarm[]>;

  /** Average and peak of the last quarter of an hour; undefined without data. */
  usage(of: UsageWish): Promise<Usage | undefined>;

  /** A database instance, or undefined if there is none of that name. */
  database(id: string): Promise<DatabaseState | undefined>;
}

export interface Target {
  readonly id: string;
  /** `healthy`, `unhealthy`, `draining`, … */
  readonly state: string;
  readonly reason?: string;
}

export interface Alarm {
  readonly name: string;
  readonly state: "alarm" | "no data";
  readonly reason: string;
  readonly since: Date;
}

export type UsageWish =
  | { readonly of: "cpu" | "memory"; readonly cluster: string; readonly service: string }
  | { readonly of: "connections" | "free storage" | "database cpu"; readonly database: string };

export interface Usage {
  readonly average: number;
  readonly peak: number;
}

export interface DatabaseState {
  readonly status: string;
  readonly storageGib: number;
  readonly storageLimitGib?: number;
  readonly securityGroups: readonly string[];
  readonly endpoint?: string;
}
