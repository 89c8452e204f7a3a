/** A CloudFormation stack as the pipeline sees it: what we want of it, what state it is in, and what may be done in that state. */
import type { Replacement, ResourceChange } from "./plan.ts";

/** Every status CloudFormation documents for a stack (API reference, Stack.StackStatus). */
export const stackStatuses = [
  "CREATE_IN_PROGRESS",
  "CREATE_FAILED",
  "CREATE_COMPLETE",
  "ROLLBACK_IN_PROGRESS",
  "ROLLBACK_FAILED",
  "ROLLBACK_COMPLETE",
  "DELETE_IN_PROGRESS",
  "DELETE_FAILED",
  "DELETE_COMPLETE",
  "UPDATE_IN_PROGRESS",
  "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
  "UPDATE_COMPLETE",
  "UPDATE_FAILED",
  "UPDATE_ROLLBACK_IN_PROGRESS",
  "UPDATE_ROLLBACK_FAILED",
  "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
  "UPDATE_ROLLBACK_COMPLETE",
  "REVIEW_IN_PROGRESS",
  "IMPORT_IN_PROGRESS",
  "IMPORT_COMPLETE",
  "IMPORT_ROLLBACK_IN_PROGRESS",
  "IMPORT_ROLLBACK_FAILED",
  "IMPORT_ROLLBACK_COMPLETE",
] as const;

export type StackStatus = (typeof stackStatuses)[number];

/** Which change set a stack takes in its present state, or why it takes none. */
export type StackCondition =
  | { readonly kind: "absent" }
  /** Only change sets were ever made for it; it holds nothing. Takes a CREATE change set. */
  | { readonly kind: "shell" }
  | { readonly kind: "settled" }
  | { readonly kind: "busy"; readonly doing: "creating" | "updating" | "rolling back" | "deleting" | "importing" }
  /** The first creation failed and was undone. Can only be deleted. */
  | { readonly kind: "creation-undone" }
  /** Stopped half-way; a person or a guarded recovery has to decide. */
  | { readonly kind: "stuck"; readonly recovery: "continue-rollback" | "rollback" | "delete" };

/**
 * Decides from the status enum alone, never from message text.
 *
 * @param status undefined when CloudFormation knows no such stack
 */
export function stackCondition(status: StackStatus | undefined): StackCondition {
  if (status === undefined) return { kind: "absent" };
  switch (status) {
    case "DELETE_COMPLETE":
      return { kind: "absent" };
    case "REVIEW_IN_PROGRESS":
      return { kind: "shell" };
    case "CREATE_COMPLETE":
    case "UPDATE_COMPLETE":
    case "UPDATE_ROLLBACK_COMPLETE":
    case "IMPORT_COMPLETE":
    case "IMPORT_ROLLBACK_COMPLETE":
      return { kind: "settled" };
    case "CREATE_IN_PROGRESS":
      return { kind: "busy", doing: "creating" };
    case "UPDATE_IN_PROGRESS":
    case "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
      return { kind: "busy", doing: "updating" };
    case "ROLLBACK_IN_PROGRESS":
    case "UPDATE_ROLLBACK_IN_PROGRESS":
    case "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS":
    case "IMPORT_ROLLBACK_IN_PROGRESS":
      return { kind: "busy", doing: "rolling back" };
    case "DELETE_IN_PROGRESS":
      return { kind: "busy", doing: "deleting" };
    case "IMPORT_IN_PROGRESS":
      return { kind: "busy", doing: "importing" };
    case "ROLLBACK_COMPLETE":
      return { kind: "creation-undone" };
    case "UPDATE_ROLLBACK_FAILED":
      return { kind: "stuck", recovery: "continue-rollback" };
    case "CREATE_FAILED":
    case "UPDATE_FAILED":
      return { kind: "stuck", recovery: "rollback" };
    case "ROLLBACK_FAILED":
    case "DELETE_FAILED":
    case "IMPORT_ROLLBACK_FAILED":
      return { kind: "stuck", recovery: "delete" };
  }
}

/** The stack a tenant should have. */
export interface StackDesire {
  /** `mate-hospital-a-production` */
  readonly name: string;
  /** Template text as it will be sent. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A stack as it is. */
export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly status: StackStatus;
  readonly statusReason?: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly terminationProtection: boolean;
  /** Ids of the last operations, newest first. */
  readonly operations: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt?: Date;
}

export type ChangeSetState =
  | { readonly kind: "creating" }
  | { readonly kind: "available" }
  /** Nothing would change. CloudFormation calls this FAILED. */
  | { readonly kind: "empty" }
  | { readonly kind: "obsolete" }
  | { readonly kind: "executing" }
  | { readonly kind: "executed" }
  | { readonly kind: "failed"; readonly reason: string };

/** A change set, described completely: every page, and nothing dropped. */
export interface ChangeSet {
  /** ARN; from creation on the only thing a change set is addressed by. */
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly state: ChangeSetState;
  readonly changes: readonly ResourceChange[];
  readonly createdAt: Date;
}

/** One event of a stack operation. */
export interface StackEvent {
  readonly id: string;
  readonly at: Date;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly operation?: string;
}

/** The first cause of a failed operation. */
export interface StackFailure {
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

/**
 * The first cause, not the last consequence: the earliest failed event that is not a cancellation of a sibling. A nested
 * stack's own failure only repeats what happened inside; give the nested stack's events in the same list and the inner cause,
 * being earlier, is found.
 *
 * @param events of one operation and its rollback, nested stacks included, in any order
 */
export function firstFailure(events: readonly StackEvent[]): StackFailure | undefined {
  const failed = events
    .filter((event) => event.status.endsWith("_FAILED") && !isCancellation(event.reason))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const first = failed.find((event) => event.type !== "AWS::CloudFormation::Stack") ?? failed[0];
  if (first === undefined) return undefined;
  return {
    logicalId: first.logicalId,
    type: first.type,
    status: first.status,
    reason: first.reason ?? "no reason given",
  };
}

/** CloudFormation gives no code for a cancelled sibling, only these reasons; they never decide success, only what is shown. */
function isCancellation(reason: string | undefined): boolean {
  return reason !== undefined && /^(Resource (creation|update|deletion) cancelled|Operation cancelled)/i.test(reason);
}

/** The strongest replacement among several. */
export function strongest(replacements: readonly Replacement[]): Replacement {
  if (replacements.includes("always")) return "always";
  return replacements.includes("conditional") ? "conditional" : "never";
}
