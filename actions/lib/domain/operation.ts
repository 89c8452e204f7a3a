/** The record of one command: what makes a second run of the same comment find the first, and a confirmation what it confirms. */

import * as z from "zod";
import type { OperationState } from "./command/comment-rules.ts";
import type { Pending } from "./command/confirmation.ts";
import type { Command } from "./command/grammar.ts";
import { operationPattern } from "./command/operation-id.ts";
import { readLine } from "./command/read-line.ts";
import type { Recorded, ReplyState } from "./command/reply.ts";

/**
 * - `waiting`: for a second person.
 * - `acting`: begun; a run that is started again goes on with it.
 * - `done`, `failed`: carried out, for better or worse.
 * - `dropped`: never carried out: cancelled, too late, or somebody else had the tenant.
 */
export const operationStates = ["waiting", "acting", "done", "failed", "dropped"] as const;

export const operationRecord = z.strictObject({
  operation: z.string().regex(operationPattern),
  /** The command as it reads: `/scale hospital-a 4`. */
  command: z.string(),
  tenant: z.string(),
  /** GitHub logins. */
  by: z.string(),
  confirmedBy: z.string().exactOptional(),
  /** GitHub's ids of the comment that asks and of the reply, and the pull request's number. */
  comment: z.int(),
  reply: z.int().exactOptional(),
  pull: z.int(),
  run: z.string(),
  state: z.literal(operationStates),
  /** When it was asked for, and when it last changed. */
  askedAt: z.iso.datetime(),
  at: z.iso.datetime(),
  /** Machine-readable end in kebab case. */
  reasonCode: z.string().exactOptional(),
  /** What the first run found before it changed anything: a later one finds what that left, and has to tell the same. */
  saw: z.record(z.string(), z.string()).exactOptional(),
  /** The last state of the reply, for a run that is started again because it was lost right before it could show it. */
  ending: z.unknown().exactOptional(),
});

export type Operation = Readonly<Omit<z.infer<typeof operationRecord>, "ending">> & { readonly ending?: ReplyState };

/** `operations/op-1b3cx9k2.json` */
export function operationKey(operation: string): string {
  return `operations/${operation}.json`;
}

/** What a record means for somebody who asks with the same comment again. */
export function stateOf(operation: Operation | undefined): Exclude<OperationState, "lookup-failed"> {
  if (operation === undefined) return "new";
  switch (operation.state) {
    case "waiting":
    case "acting":
      return "unfinished";
    case "done":
    case "failed":
    case "dropped":
      return "finished";
  }
}

/** The end of an operation that a run carried out before, if it told one. @param run address of the run that asks */
export function endedIn(run: string, operation: Operation | undefined): ReplyState | undefined {
  return operation?.run === run && stateOf(operation) === "finished" ? operation.ending : undefined;
}

/**
 * The operation as something to confirm; `none` when it does not wait, or no longer reads as a command for a tenant there is. One that
 * was confirmed and is not finished is still to be confirmed by the run that began it, when that is started again.
 *
 * @param run address of the run that asks
 */
export function pendingOf(operation: Operation | undefined, tenants: readonly string[], run: string): Pending | "none" {
  const begun = operation?.state === "acting" && operation.confirmedBy !== undefined && operation.run === run;
  if (operation?.state !== "waiting" && !begun) return "none";
  const command = commandIn(operation, tenants);
  if (command === undefined) return "none";
  return { operation: operation.operation, command, askedBy: operation.by, askedAt: operation.askedAt };
}

/** The command of a record, read anew: a record is data, and what cannot be written in a comment cannot be run. */
export function commandIn({ command }: Pick<Operation, "command">, tenants: readonly string[]): Command | undefined {
  const reading = readLine(command, { tenants });
  return reading.kind === "command" ? reading.command : undefined;
}

/** One line of the journal, which nobody can change. */
export interface JournalEntry {
  readonly operation: string;
  readonly verb: string;
  readonly tenant: string;
  readonly environment: string;
  readonly actor: string;
  readonly confirmedBy?: string;
  readonly command: string;
  readonly reason?: string;
  readonly pull: number;
  readonly comment: number;
  readonly commit: string;
  readonly run: string;
  readonly at: string;
  readonly durationMs: number;
  readonly outcome: string;
  readonly reasonCode: string;
  readonly cause?: string;
  readonly changes: readonly { readonly what: string; readonly before: string; readonly after: string }[];
  readonly running?: string;
  readonly recorded?: Recorded;
}

/** `journal/2026/11/27/op-1b3c-hospital-a.json` */
export function journalKey({ at, operation, tenant }: Pick<JournalEntry, "at" | "operation" | "tenant">): string {
  return `journal/${at.slice(0, 10).replaceAll("-", "/")}/${operation}-${tenant}.json`;
}
