/** What runs: task definitions, services and their scaling, as we want them and as they are. */

import type { ServiceEvent } from "./service-events.ts";

/** The order of a roll: workers before what sends them work, the singleton last. */
export const serviceOrder = ["celery", "django", "beat"] as const;

export type ServiceRole = (typeof serviceOrder)[number];

export interface Container {
  readonly name: string;
  /** `registry/repository@sha256:…` */
  readonly image: string;
  /** Left out: the image's own. */
  readonly entryPoint?: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variable → ARN of the secret's value, as ECS injects it. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly port?: number;
  /** Command, and seconds between tries. */
  readonly healthCheck?: { readonly command: readonly string[]; readonly intervalSeconds: number };
  /** Seconds between SIGTERM and SIGKILL; Fargate allows 120. */
  readonly stopTimeoutSeconds: number;
  readonly logGroup: string;
  readonly mounts: readonly { readonly volume: string; readonly path: string }[];
}

export interface TaskDefinition {
  readonly family: string;
  /** CPU units: 1024 are one vCPU. */
  readonly cpu: number;
  /** MiB */
  readonly memory: number;
  readonly architecture: "X86_64" | "ARM64";
  readonly taskRole: string;
  readonly executionRole: string;
  readonly container: Container;
  readonly volumes: readonly { readonly name: string; readonly fileSystem: string; readonly accessPoint: string }[];
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ServiceDesire {
  readonly role: ServiceRole;
  /** `mate-hospital-a-production-django` */
  readonly name: string;
  readonly definition: TaskDefinition;
  /** Running tasks: between the two when auto scaling decides, exactly that many when they are equal. */
  readonly count: { readonly min: number; readonly max: number };
  readonly capacity: readonly {
    readonly provider: "FARGATE" | "FARGATE_SPOT";
    readonly base: number;
    readonly weight: number;
  }[];
  /** Share of the wanted tasks that must keep running, and may run, during a deployment; percent. */
  readonly healthyPercent: { readonly minimum: number; readonly maximum: number };
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly targetGroup?: { readonly arn: string; readonly port: number; readonly graceSeconds: number };
  readonly tags: Readonly<Record<string, string>>;
}

export interface RunningService {
  readonly name: string;
  readonly status: "active" | "draining" | "inactive";
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  /** Service deployment in progress or last finished, and the revision that is meant to run. */
  readonly deployment?: string;
  readonly revision?: string;
  readonly capacity: ServiceDesire["capacity"];
  readonly healthyPercent: ServiceDesire["healthyPercent"];
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  /** What the scheduler last said about the service, newest first. */
  readonly events: readonly ServiceEvent[];
}

/** Every status ECS documents for a service deployment (API reference, ServiceDeployment.status). */
export const deploymentStatuses = [
  "PENDING",
  "IN_PROGRESS",
  "SUCCESSFUL",
  "STOPPED",
  "STOP_REQUESTED",
  "ROLLBACK_REQUESTED",
  "ROLLBACK_IN_PROGRESS",
  "ROLLBACK_SUCCESSFUL",
  "ROLLBACK_FAILED",
] as const;

export type DeploymentStatus = (typeof deploymentStatuses)[number];

export interface Deployment {
  readonly arn: string;
  readonly service: string;
  readonly status: DeploymentStatus;
  readonly reason?: string;
  readonly rollbackReason?: string;
  readonly revision: string;
  readonly failedTasks: number;
  readonly runningTasks: number;
  readonly wantedTasks: number;
  readonly createdAt: Date;
}

export type DeploymentProgress = "rolling" | "succeeded" | "stopped" | "rolling-back" | "rolled-back";

/** What a service deployment's status means for the one who waits for it. */
export function deploymentProgress(status: DeploymentStatus): DeploymentProgress {
  switch (status) {
    case "PENDING":
    case "IN_PROGRESS":
      return "rolling";
    case "SUCCESSFUL":
      return "succeeded";
    case "STOP_REQUESTED":
    case "ROLLBACK_REQUESTED":
    case "ROLLBACK_IN_PROGRESS":
      return "rolling-back";
    case "STOPPED":
      return "stopped";
    case "ROLLBACK_SUCCESSFUL":
    case "ROLLBACK_FAILED":
      return "rolled-back";
  }
}

/** A task of a service that ended. */
export interface StoppedTask {
  readonly task: string;
  /** Id of the deployment that started it. */
  readonly startedBy?: string;
  readonly taskDefinition: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly exitCode?: number;
  readonly containerReason?: string;
  readonly createdAt?: Date;
  readonly stoppedAt?: Date;
}

export interface ScalingTarget {
  readonly service: string;
  readonly min: number;
  readonly max: number;
  readonly suspended: boolean;
  /** Average CPU the policy keeps, percent. Undefined leaves the policy as it is. */
  readonly cpuPercent?: number;
  /** Tags of a target that is registered for the first time. */
  readonly tags?: Readonly<Record<string, string>>;
}
