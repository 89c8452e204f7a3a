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
  /** Stopped half-way; a guarded recovery goes on, or a person has to. */
  | { readonly kind: "stuck"; readonly recovery: "continue-rollback" | "rollback" | "delete" | "by-hand" };

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
      return { kind: "stuck", recovery: "delete" };
    // The stack lives, and only the importing is half undone: nothing the pipeline does by itself.
    case "IMPORT_ROLLBACK_FAILED":
      return { kind: "stuck", recovery: "by-hand" };
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
  | { readonly kind: "deleting" }
  | { readonly kind: "failed"; readonly reason: string };

/** A change set, described completely: every page, and nothing dropped. */
export interface ChangeSet {
  /** ARN; from creation on the only thing a change set is addressed by. */
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly state: ChangeSetState;
  readonly changes: readonly ResourceChange[];
  /** CloudFormation could not show the values of some changes; the changes themselves are all there. */
  readonly incomplete: boolean;
  readonly createdAt: Date;
}

/** A resource of a stack, as far as anything of it still exists. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  /** `CREATE_COMPLETE`, `UPDATE_FAILED`, … */
  readonly status: string;
  readonly reason?: string;
  /** When it got this status. */
  readonly at: Date;
}

/** The strongest replacement among several. */
export function strongest(replacements: readonly Replacement[]): Replacement {
  if (replacements.includes("always")) return "always";
  return replacements.includes("conditional") ? "conditional" : "never";
}
