/** What Amazon ECS remembers for one account and region: the records behind every answer of its API. */
import type {
  Cluster,
  Deployment,
  Service,
  ServiceDeployment,
  ServiceRevision,
  Tag,
  Task,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { Call, World } from "../../kernel.ts";
import type { TargetRecord } from "../elastic-load-balancing-v2/state.ts";
import type { RunningContainer } from "./drivers/driver.ts";

export interface ClusterRecord {
  readonly name: string;
  readonly arn: string;
  /** As whom ECS itself calls other services for what lives in this cluster. */
  readonly call: Call;
  shown: Cluster;
  /** By service name; a deleted service stays until another takes its name. */
  readonly services: Map<string, ServiceRecord>;
  /** By task id; stopped tasks stay for an hour. */
  readonly tasks: Map<string, TaskRecord>;
}

/** One target service revision being rolled out, and the entry of DescribeServices.deployments that shows it. */
export interface DeploymentRecord {
  readonly id: string;
  readonly shown: Deployment;
  readonly revision: ServiceRevision;
  readonly definition: TaskDefinition;
  /** Tasks of this deployment that ended without being asked to, since one of them last was healthy. */
  failures: number;
  /** All of them, for the pause before another attempt. */
  attempts: number;
  /** Bed time before which no replacement task is started. */
  notBefore: number;
  /** Once stabilised it can be rolled back to. */
  completed: boolean;
}

export interface ServiceRecord {
  readonly cluster: ClusterRecord;
  readonly arn: string;
  readonly name: string;
  shown: Service;
  /** The newest first; those that no longer run any task are dropped unless something may roll back to them. */
  deployments: DeploymentRecord[];
  /** The service deployment that is not finished yet. */
  rollout: RolloutRecord | undefined;
  /** Newest first. */
  readonly history: RolloutRecord[];
  readonly tasks: Set<TaskRecord>;
  steady: boolean;
  /** A look of the scheduler is due. */
  due: boolean;
}

/** One service deployment: the way from the source revisions to a target revision, and back if it fails. */
export interface RolloutRecord {
  readonly arn: string;
  readonly service: ServiceRecord;
  readonly shown: ServiceDeployment;
  readonly target: DeploymentRecord;
  /** Where a failed deployment goes back to. */
  readonly fallback: DeploymentRecord | undefined;
  /** Bed time since which it is stable and bakes. */
  stableSince?: number;
}

/** Why a task is to end; the first reason given stays. */
export interface Ending {
  readonly code: NonNullable<Task["stopCode"]>;
  readonly reason: string;
  /** Ended by the scheduler or a person, so it says nothing about the software in it. */
  readonly wanted: boolean;
}

export interface TaskRecord {
  readonly id: string;
  readonly arn: string;
  readonly cluster: ClusterRecord;
  readonly definition: TaskDefinition;
  readonly service: ServiceRecord | undefined;
  readonly deployment: DeploymentRecord | undefined;
  readonly shown: Task;
  /** Bed time from which DescribeTasks and ListTasks know the task. */
  readonly visibleFrom: number;
  readonly running: Map<string, RunningContainer>;
  readonly targets: {
    readonly targetGroupArn: string;
    readonly id: string;
    readonly port: number;
    readonly container: string;
    state: TargetRecord["state"];
  }[];
  /** Judges its health again; absent until it runs. */
  reviewHealth?: () => void;
  ending: Ending | undefined;
  /** Resolves when the task is asked to end. */
  readonly asked: Promise<void>;
  readonly ask: () => void;
  /** What its health checks say, or 40 seconds without any; set by the task, read by the scheduler. */
  health: { readonly state: "unknown" | "healthy" } | { readonly state: "failed"; readonly reason: string };
  /** Its end has been counted as a failure of its deployment. */
  counted: boolean;
}

export interface EcsState {
  readonly clusters: Map<string, ClusterRecord>;
  /** Every revision ever registered, by family; index = revision - 1; undefined once deleted for good. */
  readonly families: Map<string, (TaskDefinition | undefined)[]>;
  readonly tags: Map<string, readonly Tag[]>;
  readonly rollouts: Map<string, RolloutRecord>;
  readonly revisions: Map<string, ServiceRevision>;
  /** RunTask by client token: what was asked, and the tasks it started. */
  readonly runs: Map<string, { readonly request: string; readonly tasks: readonly TaskRecord[] }>;
  /** CreateService by client token. */
  readonly creations: Map<string, { readonly request: string; readonly service: ServiceRecord }>;
  readonly settings: Map<string, string>;
}

/** The state of the caller's account and region. */
export function ecsState(world: World, call: Call): EcsState {
  return world.store("ecs", call.caller, () => ({
    clusters: new Map(),
    families: new Map(),
    tags: new Map(),
    rollouts: new Map(),
    revisions: new Map(),
    runs: new Map(),
    creations: new Map(),
    settings: new Map(),
  }));
}
