import type { ChangeSet, Stack, StackDesire, StackEvent } from "../domain/stack.ts";

/** CloudFormation in our words. Every mutating call carries a token, so a repeated call does nothing twice. */
export interface Stacks {
  /** The stack, or undefined if there is none. */
  find(name: string): Promise<Stack | undefined>;

  /** A change set by name, described completely; undefined if it is gone. */
  findChangeSet(stack: string, name: string): Promise<ChangeSet | undefined>;

  /**
   * Starts making a change set and returns its ARN. A change set of that name that already exists is left alone and its ARN
   * returned: the name stands for the content.
   */
  createChangeSet(request: {
    readonly desire: StackDesire;
    readonly name: string;
    readonly kind: "create" | "update";
  }): Promise<string>;

  /** Describes a change set by its ARN, all pages, with nothing dropped. */
  describeChangeSet(id: string): Promise<ChangeSet>;

  /**
   * Whether a change set is made of exactly this: template, every parameter, every tag. Its name alone proves
   * nothing, because whoever can push a branch can make change sets.
   */
  isMadeOf(id: string, desire: StackDesire): Promise<boolean>;

  deleteChangeSet(id: string): Promise<void>;

  /** Starts executing; `token` identifies the operation in its events. Repeating it with the same token starts nothing new. */
  executeChangeSet(id: string, token: string): Promise<void>;

  /** Events of a stack and of its nested stacks that are not older than `since`, oldest first. */
  events(stackId: string, since: Date): Promise<readonly StackEvent[]>;

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

  /** Resources of a stack that still exist. */
  resources(stackId: string): Promise<readonly { readonly logicalId: string; readonly type: string }[]>;
}
