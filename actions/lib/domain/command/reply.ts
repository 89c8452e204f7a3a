/**
 * What the one reply to a command is made from, at each moment of its life. The command's use case fills it; nothing is ever read back
 * from the reply.
 */

import type { Command } from "./grammar.ts";
import type { Answer } from "./read-line.ts";
import type { Rule } from "./rule.ts";
import type { CommandVerb } from "./verbs.ts";

/** One value that a command changed, as it was and as it is. */
export interface CommandChange {
  /** `django tasks`, `state`, `release` */
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** Where git has the change, or why not. */
export type Recorded =
  /** On the branch of the pull request, which edits the tenant anyway. */
  | { readonly where: "branch"; readonly file: string; readonly commit: string; readonly address: string }
  | {
      readonly where: "pull request";
      readonly file: string;
      readonly number: number;
      readonly address: string;
      readonly merge: "automatic" | "by hand";
    }
  /** Acted, and about to be recorded: until then it is an override. */
  | { readonly where: "not yet" }
  /** Nothing that git could say changed, or it ends by itself: `restarting changes nothing in git`. */
  | { readonly where: "nowhere"; readonly because: string }
  /** The change holds as an override; somebody has to record it. */
  | { readonly where: "failed"; readonly cause: string; readonly file: string };

interface OfCommand {
  readonly command: Command;
  readonly operation: string;
}

export type ReplyState =
  | { readonly state: "help"; readonly about?: CommandVerb }
  | { readonly state: "near-miss"; readonly answer: Extract<Answer, { readonly kind: "help" }> }
  | { readonly state: "refused"; readonly command: Command; readonly rules: readonly Rule[] }
  /** Somebody else works on the tenant; nothing was done. */
  | {
      readonly state: "held";
      readonly command: Command;
      readonly holder: string;
      readonly since: string;
      readonly run?: string;
    }
  /** Nothing has changed yet: a second person has to confirm. */
  | (OfCommand & {
      readonly state: "waiting";
      readonly because: readonly string[];
      /** What it will do: `stops 6 tasks`. */
      readonly what: string;
      /** ISO 8601. */
      readonly until: string;
    })
  | (OfCommand & { readonly state: "dropped"; readonly how: "cancelled" | "expired"; readonly by?: string })
  | (OfCommand & {
      readonly state: "working";
      /** What it is about to do: `django 2-10 → 4-10`. */
      readonly what: string;
      /** Oldest first: `3 of 4 tasks run`. */
      readonly progress: readonly string[];
    })
  | (OfCommand & {
      readonly state: "done";
      readonly changes: readonly CommandChange[];
      /** What is true now: `4 of 4 django tasks healthy`. */
      readonly running: string;
      readonly durationMs: number;
      readonly recorded: Recorded;
      /** ISO 8601, for a change that ends by itself. */
      readonly until?: string;
      readonly confirmedBy?: string;
      readonly notes: readonly string[];
    })
  /** It was so already. */
  | (OfCommand & { readonly state: "unchanged"; readonly running: string })
  /** An answer to a question: status, logs, a diagnosis. */
  | {
      readonly state: "answered";
      readonly command: Command;
      /** The answer in one line. */
      readonly summary: string;
      readonly facts: readonly { readonly what: string; readonly is: string; readonly instead?: string }[];
      /** Lines as they were written, oldest first; redacted. */
      readonly lines: readonly string[];
      readonly next: readonly Command[];
    }
  | (OfCommand & {
      readonly state: "failed";
      readonly cause: string;
      /** Lines that prove it, oldest first; redacted. */
      readonly evidence: readonly string[];
      /** What is true now. */
      readonly running?: string;
      readonly next: readonly Command[];
      readonly reasonCode: string;
    });

export interface CommandReply {
  /** GitHub's id of the comment that is answered. */
  readonly comment: number;
  readonly by: string;
  readonly run: string;
  /** Lines of the comment that were not read. */
  readonly ignoredLines: number;
  readonly reply: ReplyState;
}
