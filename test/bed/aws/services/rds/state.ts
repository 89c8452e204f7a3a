/** What Amazon RDS remembers for one account and region, and how an instance goes from one status to the next. */
import type {
  DBInstance,
  DBParameterGroup,
  DBSnapshot,
  DBSubnetGroup,
  Event,
  Parameter,
  Tag,
} from "@aws-sdk/client-rds";
import { AwsError, type Call, type World } from "../../kernel.ts";

export interface InstanceRecord {
  shown: DBInstance;
  /** Cancels whatever is under way. */
  cancel: () => void;
  /** Cancels the start that follows seven days of being stopped. */
  cancelRestart: () => void;
}

export interface ParameterGroupRecord {
  readonly shown: DBParameterGroup;
  readonly parameters: Map<string, Parameter>;
}

/** Automated backups that outlive their instance, or belong to it. */
export interface AutomatedBackup {
  readonly arn: string;
  readonly instance: DBInstance;
  readonly from: number;
  readonly to: number;
}

export interface RdsState {
  /** By identifier in lower case. */
  readonly instances: Map<string, InstanceRecord>;
  readonly snapshots: Map<string, DBSnapshot>;
  readonly subnetGroups: Map<string, DBSubnetGroup>;
  readonly parameterGroups: Map<string, ParameterGroupRecord>;
  /** By DbiResourceId, of deleted instances. */
  readonly retained: Map<string, AutomatedBackup>;
  readonly tags: Map<string, readonly Tag[]>;
  /** Newest first. */
  readonly events: Event[];
  /** The part of endpoints that is the same for all instances of an account and region. */
  readonly suffix: string;
}

/** How long things take, in milliseconds of bed time, and the account's quotas. */
export interface RdsControls {
  durations: {
    create: number;
    modify: number;
    rename: number;
    reboot: number;
    remove: number;
    stop: number;
    start: number;
    snapshot: number;
    restore: number;
  };
  /** 40 and 100 by default in a new account; a fleet has had them raised. */
  quotas: { instances: number; manualSnapshots: number };
}

const SECOND = 1_000;

/** The controls of a world; the same object whoever asks. */
export function rdsControls(world: World): RdsControls {
  return world.store("rds-controls", { account: "*", region: "*" }, () => ({
    durations: {
      create: 480 * SECOND,
      modify: 180 * SECOND,
      rename: 150 * SECOND,
      reboot: 60 * SECOND,
      remove: 240 * SECOND,
      stop: 180 * SECOND,
      start: 300 * SECOND,
      snapshot: 120 * SECOND,
      restore: 600 * SECOND,
    },
    quotas: { instances: 1_000, manualSnapshots: 1_000 },
  }));
}

/** Lets RDS do in a quarter of a minute what takes it many: for what is not about waiting. */
export function quickDatabases(world: World): void {
  const { durations } = rdsControls(world);
  for (const name of Object.keys(durations) as (keyof typeof durations)[]) durations[name] = 15 * SECOND;
}

/** The state of the caller's account and region. */
export function rdsState(world: World, call: Call): RdsState {
  return world.store("rds", call.caller, () => ({
    instances: new Map(),
    snapshots: new Map(),
    subnetGroups: new Map(),
    parameterGroups: new Map(),
    retained: new Map(),
    tags: new Map(),
    events: [],
    suffix: `c${world.hex(11)}`,
  }));
}

/** `arn:aws:rds:<region>:<account>:<kind>:<name>` */
export function rdsArn(call: Call, kind: "db" | "snapshot" | "subgrp" | "pg" | "auto-backup", name: string): string {
  return `arn:aws:rds:${call.caller.region}:${call.caller.account}:${kind}:${name}`;
}

/** The last part of an ARN, or the name itself, in lower case. */
export function identifier(nameOrArn: string | undefined): string {
  const text = nameOrArn ?? "";
  return (text.startsWith("arn:") ? text.split(":").slice(6).join(":") : text).toLowerCase();
}

/** The instance of an identifier or ARN; throws DBInstanceNotFound. */
export function findInstance(world: World, call: Call, nameOrArn: string | undefined): InstanceRecord {
  const found = rdsState(world, call).instances.get(identifier(nameOrArn));
  if (found === undefined)
    throw new AwsError("DBInstanceNotFound", `DBInstance ${identifier(nameOrArn)} not found.`, 404);
  return found;
}

/** Throws InvalidDBInstanceState unless the instance is in one of the statuses. */
export function needStatus(record: InstanceRecord, statuses: readonly string[]): void {
  if (statuses.includes(record.shown.DBInstanceStatus ?? "")) return;
  throw new AwsError(
    "InvalidDBInstanceState",
    `Instance ${record.shown.DBInstanceIdentifier} is not in ${statuses.join(" or ")} state. It is ${record.shown.DBInstanceStatus}.`,
  );
}

/** Puts an instance in a status now and does what ends that status later. */
export function pass(
  world: World,
  record: InstanceRecord,
  through: { readonly status: string; readonly milliseconds: number; readonly done: () => void },
): void {
  record.cancel();
  record.shown.DBInstanceStatus = through.status;
  record.cancel = world.clock.after(through.milliseconds, through.done);
}

/** Adds an event about an instance or snapshot, newest first. */
export function tell(
  world: World,
  call: Call,
  about: {
    readonly source: "db-instance" | "db-snapshot";
    readonly id: string;
    readonly message: string;
    readonly category: string;
  },
): void {
  rdsState(world, call).events.unshift({
    SourceIdentifier: about.id,
    SourceType: about.source,
    Message: about.message,
    EventCategories: [about.category],
    Date: new Date(world.clock.now()),
    SourceArn: rdsArn(call, about.source === "db-instance" ? "db" : "snapshot", about.id),
  });
}
