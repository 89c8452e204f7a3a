import type { ChangeSet, Stack, StackDesire, StackResource } from "../domain/stack.ts";
import type { StackEvent } from "../domain/stack-event.ts";

/** CloudFormation in our words. Every mutating call that can carry a token does, so a repeated call does nothing twice. */
export interface Stacks {
  /** The stack, or undefined if there is none. */
  find(name: string): Promise<Stack | undefined>;

  /** A change set by name, described completely; undefined if it is gone. */
  findChangeSet(stack: string, name: string): Promise<ChangeSet | undefined>;

  /**
   * Starts making a change set. One of that name that already exists, because another run was faster, is left alone and its ARN
   * returned with `made: false`: who uses it has to verify what it is made of.
   *
   * @param request.token the same for every repetition of this one attempt
   * @returns its ARN
   */
  createChangeSet(request: {
    readonly desire: StackDesire;
    readonly name: string;
    readonly kind: "create" | "update";
    readonly token: string;
    /** Whether resources with names of their own that exist already are taken over instead of refused: for the view of a plan. */
    readonly takesOver?: boolean;
    /** Compared with what there is instead of the last deployment: executed, it undoes what was changed outside the stack. Updates only. */
    readonly revertsDrift?: boolean;
  }): Promise<{ readonly id: string; readonly made: boolean }>;

  /**
   * Starts making a change set that takes existing resources, and nothing else, into a stack that does not exist yet.
   *
   * @returns its ARN
   * @throws OperatorError `template-refused` if CloudFormation does not take the template or an identifier
   */
  createImport(request: {
    readonly desire: StackDesire;
    readonly name: string;
    readonly imports: readonly {
      readonly logicalId: string;
      readonly type: string;
      readonly identifier: Readonly<Record<string, string>>;
    }[];
    readonly token: string;
  }): Promise<string>;

  /** Describes a change set by its ARN: all pages, nested stacks, and nothing dropped; undefined if it is gone. */
  describeChangeSet(id: string): Promise<ChangeSet | undefined>;

  /**
   * What CloudFormation's own validation found wrong while it made a change set, in words, first cause first. Empty if it made none.
   */
  changeSetProblems(id: string): Promise<readonly string[]>;

  /**
   * Whether a change set is made of exactly this: template, every parameter, every tag, and does not revert drift. Its name alone
   * proves nothing, because whoever can push a branch can make change sets.
   */
  isMadeOf(id: string, desire: StackDesire): Promise<boolean>;

  deleteChangeSet(id: string): Promise<void>;

  /** Deletes a change set by name, unless it is being executed or was; one that is gone is no error. */
  discardChangeSet(stack: string, name: string): Promise<void>;

  /** Deletes change sets of ours that can never be executed: failed, obsolete, or made before a time. Returns how many. */
  sweepChangeSets(stack: string, before: Date): Promise<number>;

  /**
   * Starts executing; `token` identifies the operation in its events. Repeating it with the same token starts nothing new.
   *
   * @returns `not-executable` if the change set is gone, or the stack has moved on since it was made
   */
  executeChangeSet(id: string, token: string): Promise<"started" | "not-executable">;

  /**
   * Watches a stack and its nested stacks.
   *
   * @returns asks for the events, not older than `since`, that were not given before; oldest first
   */
  watch(stackId: string, since: Date): () => Promise<readonly StackEvent[]>;

  /** Deletes a stack. The caller has made sure that nothing in it holds data. */
  delete(stackId: string, token: string): Promise<void>;

  /** Takes up a rollback that failed, with nothing skipped. */
  continueRollback(stackId: string, token: string): Promise<void>;

  /** Rolls a stack that was stopped by a failure back to its last good state. */
  rollback(stackId: string, token: string): Promise<void>;

  /** Sets termination protection and the stack policy that denies replacing or deleting what holds data. */
  protect(stackId: string): Promise<void>;

  /** Lifts that policy for resources somebody allowed to go, by logical id, until `protect` is called again. */
  permit(stackId: string, logicalIds: readonly string[]): Promise<void>;

  /** Resources of a stack of which something still exists, nested stacks' own as one resource each. */
  resources(stackId: string): Promise<readonly StackResource[]>;
}
