import type { StackStatus } from "../domain/stack.ts";

/** A difference between what a stack set and what is there. */
export interface ResourceDrift {
  readonly logicalId: string;
  /** `AWS::S3::Bucket` */
  readonly type: string;
  /** Empty if the resource is gone. */
  readonly properties: readonly { readonly path: string; readonly expected: string; readonly actual: string }[];
  readonly deleted: boolean;
}

export type DriftDetection =
  | { readonly state: "running" }
  | { readonly state: "done"; readonly drifts: readonly ResourceDrift[] }
  | { readonly state: "failed"; readonly reason: string };

export interface KnownDatabase {
  readonly id: string;
  readonly status: string;
  readonly createdAt?: Date;
  /** Newest second it can be restored to; undefined without automated backups. */
  readonly restorableUntil?: Date;
  readonly backupDays: number;
  /** When AWS starts a stopped instance by itself. */
  readonly startsAt?: Date;
  readonly tags: Readonly<Record<string, string>>;
}

export interface KnownSnapshot {
  readonly id: string;
  readonly database: string;
  readonly createdAt: Date;
  readonly tags: Readonly<Record<string, string>>;
}

/** Everything an environment has, listed, and the few things of it that housekeeping may remove. */
export interface Inventory {
  /** Starts comparing a stack with what is there; the answer is an id for `driftDetection`. */
  detectDrift(stack: string): Promise<string>;
  driftDetection(id: string, stack: string): Promise<DriftDetection>;

  /** Stacks that exist, REVIEW_IN_PROGRESS shells among them. */
  stacks(): Promise<
    readonly { readonly id: string; readonly name: string; readonly status: StackStatus; readonly createdAt: Date }[]
  >;
  changeSets(
    stack: string,
  ): Promise<
    readonly { readonly id: string; readonly name: string; readonly createdAt: Date; readonly obsolete: boolean }[]
  >;

  /** Names of the services of a cluster. */
  services(cluster: string): Promise<readonly string[]>;
  /** Families of task definitions that have an active revision, by the beginning of their name. */
  families(prefix: string): Promise<readonly string[]>;
  /** Active revisions of a family, newest first. */
  revisions(family: string): Promise<readonly string[]>;
  /** Makes a revision inactive: nothing new is started from it; what runs goes on. */
  deregister(revision: string): Promise<void>;

  databases(): Promise<readonly KnownDatabase[]>;
  /** Snapshots somebody took, not the automated ones. */
  snapshots(): Promise<readonly KnownSnapshot[]>;
  deleteSnapshot(id: string): Promise<void>;
}
