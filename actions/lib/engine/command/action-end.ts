import type { Command } from "../../domain/command/grammar.ts";
import type { CommandChange } from "../../domain/command/reply.ts";
import type { FileChange } from "../../ports/recording.ts";

/** How the work of a command ended, before it is recorded in git. */
export type ActionEnd =
  | { readonly end: "unchanged"; readonly running: string }
  | {
      readonly end: "done";
      readonly changes: readonly CommandChange[];
      /** What is true now. */
      readonly running: string;
      readonly notes: readonly string[];
      /** What git has to say from now on, or why nothing. */
      readonly record: FileChange | { readonly nothing: string };
      /** ISO 8601, for a change that ends by itself. */
      readonly until?: string;
    }
  | {
      readonly end: "failed";
      readonly reasonCode: string;
      readonly cause: string;
      readonly evidence: readonly string[];
      readonly running?: string;
      readonly next: readonly Command[];
    };

export type FailedEnd = Extract<ActionEnd, { readonly end: "failed" }>;
