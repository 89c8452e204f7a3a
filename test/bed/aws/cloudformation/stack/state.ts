import type { Caller, World } from "../../kernel.ts";
import type { Blueprint, DeclaredResource } from "../blueprint.ts";
import type { EarlyProblem } from "../operations/early-validation.ts";
import type { Section } from "../template/value.ts";
import type { Import } from "./import/existing.ts";
import type { Plan } from "./plan.ts";
import type { LiveStates } from "./revert/live.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export type StackStatus =
  | "REVIEW_IN_PROGRESS"
  | "CREATE_IN_PROGRESS"
  | "CREATE_COMPLETE"
  | "CREATE_FAILED"
  | "ROLLBACK_IN_PROGRESS"
  | "ROLLBACK_COMPLETE"
  | "ROLLBACK_FAILED"
  | "DELETE_IN_PROGRESS"
  | "DELETE_COMPLETE"
  | "DELETE_FAILED"
  | "UPDATE_IN_PROGRESS"
  | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
  | "UPDATE_COMPLETE"
  | "UPDATE_FAILED"
  | "UPDATE_ROLLBACK_IN_PROGRESS"
  | "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
  | "UPDATE_ROLLBACK_COMPLETE"
  | "UPDATE_ROLLBACK_FAILED"
  | "IMPORT_IN_PROGRESS"
  | "IMPORT_COMPLETE"
  | "IMPORT_ROLLBACK_IN_PROGRESS"
  | "IMPORT_ROLLBACK_COMPLETE"
  | "IMPORT_ROLLBACK_FAILED";

export type ResourceStatus =
  | "CREATE_IN_PROGRESS"
  | "CREATE_COMPLETE"
  | "CREATE_FAILED"
  | "UPDATE_IN_PROGRESS"
  | "UPDATE_COMPLETE"
  | "UPDATE_FAILED"
  | "DELETE_IN_PROGRESS"
  | "DELETE_COMPLETE"
  | "DELETE_FAILED"
  | "DELETE_SKIPPED"
  | "IMPORT_IN_PROGRESS"
  | "IMPORT_COMPLETE"
  | "IMPORT_FAILED"
  | "IMPORT_ROLLBACK_IN_PROGRESS"
  | "IMPORT_ROLLBACK_COMPLETE";

export type DriftStatus = "NOT_CHECKED" | "IN_SYNC" | "MODIFIED" | "DELETED";

/** One resource of a stack, as CloudFormation remembers it. */
export interface StackResource {
  readonly logicalId: string;
  readonly declared: DeclaredResource;
  /** Empty until the service has given one. */
  readonly physicalId: string;
  /** As last handed to the service, functions carried out; secrets are still references. */
  readonly properties: Section;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly metadata: Section | undefined;
  readonly status: ResourceStatus;
  readonly reason: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly drift: { readonly status: DriftStatus; readonly at: number | undefined };
  /** The operation that is under way took it over: rolling back lets it go and does not delete it. */
  readonly imported?: boolean;
  /** Made again in place of one that was deleted outside the stack; rolling back brings its record back. */
  readonly insteadOf?: StackResource;
}

export interface StackEvent {
  readonly EventId: string;
  readonly StackId: string;
  readonly StackName: string;
  readonly OperationId?: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly Timestamp: Date;
  readonly ResourceStatus: StackStatus | ResourceStatus;
  readonly ResourceStatusReason?: string;
  readonly ResourceProperties?: string;
  readonly ClientRequestToken?: string;
  readonly HookType?: string;
  readonly HookStatus?: "HOOK_IN_PROGRESS" | "HOOK_COMPLETE_SUCCEEDED" | "HOOK_COMPLETE_FAILED";
  readonly HookStatusReason?: string;
  readonly HookInvocationPoint?: "PRE_PROVISION";
  readonly HookFailureMode?: "FAIL" | "WARN";
}

export interface Output {
  readonly key: string;
  readonly value: string;
  readonly description: string | undefined;
  readonly exportName: string | undefined;
}

export type OperationType =
  | "CREATE_STACK"
  | "UPDATE_STACK"
  | "DELETE_STACK"
  | "CONTINUE_ROLLBACK"
  | "ROLLBACK"
  | "CREATE_CHANGESET";

/** One run of something that changes a stack. */
export interface Operation {
  readonly id: string;
  readonly type: OperationType;
  readonly token: string | undefined;
  readonly startedAt: number;
  /** Aborted when a resource has failed or somebody cancelled: what is under way stops waiting. */
  readonly stop: AbortController;
  /** Express mode: what has been set is enough, nobody waits until it is ready. */
  readonly express: boolean;
  /** A person cancelled, so nothing failed. */
  cancelledByUser: boolean;
  /** A deletion of the stack takes over: nothing is to be rolled back. */
  superseded: boolean;
  endedAt: number | undefined;
  failed: boolean;
}

/** What an update did to one resource, so that it can be undone. */
export type Undo =
  | { readonly kind: "created"; readonly logicalId: string; readonly insteadOf?: StackResource }
  | { readonly kind: "imported"; readonly logicalId: string }
  | {
      readonly kind: "updated";
      readonly logicalId: string;
      /** What is put back: the resource as it was, drift included. */
      readonly before: StackResource;
      /** What the last deployment had said where that is something else. */
      readonly deployed?: Section;
    }
  | { readonly kind: "replaced"; readonly logicalId: string; readonly before: StackResource };

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentConfig.html */
export interface DeploymentConfig {
  readonly Mode?: "STANDARD" | "EXPRESS";
  readonly DisableRollback?: boolean;
}

export interface StackOptions {
  readonly capabilities: readonly string[];
  readonly notificationArns: readonly string[];
  readonly rollbackConfiguration: object;
  readonly roleArn: string | undefined;
  readonly tags: readonly Tag[];
}

/** Where an update started from, kept until the update has ended well or has been rolled back. */
export interface Origin {
  readonly blueprint: Blueprint;
  readonly options: StackOptions;
}

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly owner: Caller;
  readonly createdAt: number;
  status: StackStatus;
  reason: string | undefined;
  updatedAt: number | undefined;
  deletedAt: number | undefined;
  /** Absent until something has been executed. */
  blueprint: Blueprint | undefined;
  origin: Origin | undefined;
  undo: readonly Undo[];
  /** What an update being rolled back had made: deleted in the clean-up, once everything else is back. */
  leftovers: readonly StackResource[];
  readonly resources: Map<string, StackResource>;
  outputs: readonly Output[];
  /** Exports of other stacks that this one has read. */
  readonly importedNames: Set<string>;
  /** Oldest first. */
  readonly events: StackEvent[];
  readonly changeSets: ChangeSet[];
  readonly operations: Operation[];
  /** The change set that the stack came from, if it was the last thing that changed it. */
  changeSetId: string | undefined;
  options: StackOptions;
  disableRollback: boolean;
  timeoutMinutes: number | undefined;
  terminationProtection: boolean;
  retainExceptOnCreate: boolean;
  policy: string | undefined;
  /** Replaces the policy while an update runs. */
  policyDuringUpdate: string | undefined;
  readonly parent: { readonly parentId: string; readonly rootId: string } | undefined;
  drift: { readonly status: "NOT_CHECKED" | "IN_SYNC" | "DRIFTED"; readonly at: number | undefined };
}

export type ChangeSetStatus = "CREATE_PENDING" | "CREATE_IN_PROGRESS" | "CREATE_COMPLETE" | "FAILED";
export type ExecutionStatus =
  | "UNAVAILABLE"
  | "AVAILABLE"
  | "EXECUTE_IN_PROGRESS"
  | "EXECUTE_COMPLETE"
  | "EXECUTE_FAILED"
  | "OBSOLETE";
export type OnFailure = "ROLLBACK" | "DELETE" | "DO_NOTHING";

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly type: "CREATE" | "UPDATE" | "IMPORT";
  readonly createdAt: number;
  readonly description: string | undefined;
  readonly token: string | undefined;
  readonly blueprint: Blueprint;
  readonly options: StackOptions;
  readonly onFailure: OnFailure | undefined;
  readonly includeNested: boolean;
  /** Takes over resources that exist under the names that the template gives them. */
  readonly importExisting: boolean;
  /** Whether CloudFormation looks for what would fail before it could be executed. */
  readonly isValidated: boolean;
  /** Resources to take over, by logical id; with `importExisting` known once the change set is worked out. */
  imports: ReadonlyMap<string, Import>;
  /** Compares with what there is, and brings it in line (DeploymentMode REVERT_DRIFT). */
  readonly revertsDrift: boolean;
  /** What the change set was made with; executing it does as it says. */
  readonly config: DeploymentConfig | undefined;
  /** Of a drift-aware change set: the stack's resources as they were when it was worked out. */
  live?: LiveStates;
  status: ChangeSetStatus;
  execution: ExecutionStatus;
  reason: string | undefined;
  plan: Plan | undefined;
  /** ARNs, of a change set for a nested stack: of its parent's change set, and of the one that is executed. */
  readonly parentId?: string;
  readonly rootId?: string;
  /** What was found wrong with it before it could be executed. */
  problems?: readonly EarlyProblem[];
}

/** Everything CloudFormation keeps for one account and region. */
export interface Account {
  /** By stack id, deleted ones included. */
  readonly stacks: Map<string, Stack>;
  /** Runs of drift detection, by their id. */
  readonly drifts: Map<string, { readonly stackId: string; readonly startedAt: number; readonly doneAt: number }>;
}

/** The state of the account and region that a call is made in. */
export function accountOf(world: World, where: Pick<Caller, "account" | "region">): Account {
  return world.store<Account>("cloudformation", where, () => ({ stacks: new Map(), drifts: new Map() }));
}
