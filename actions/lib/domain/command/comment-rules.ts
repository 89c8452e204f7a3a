/** Whether a comment may start anything at all: who wrote it, when, and whether this run is the first for it. */

import { broken, kept, minutesBetween, patience, type Rule, samePerson } from "./rule.ts";

export interface AskingComment {
  readonly author: string;
  /** GitHub's `user.type`: "User", "Bot", "Organization", "Mannequin". */
  readonly authorType: string;
  /** The GitHub App that wrote it in the author's name; undefined when the author did. */
  readonly via?: string;
  /** ISO 8601, from the event. */
  readonly createdAt: string;
  /** The comment as it is now, compared with the event: people with write access can edit the comments of others. */
  readonly state: "as written" | "edited" | "deleted" | "lookup-failed";
}

export interface AskingRun {
  /** From 1. A re-run replays the event of weeks ago with the rights of its first actor. */
  readonly attempt: number;
  /** Login of who started this attempt (`triggering_actor`). */
  readonly startedBy: string;
}

/** What the journal knows about the operation of this comment. */
export type OperationState = "new" | "unfinished" | "finished" | "lookup-failed";

/** Clocks of GitHub and of the runner may differ by this much, in minutes. */
const clockSkew = 2;

export function authorRule({ author, authorType, via }: AskingComment): Rule {
  // An App may comment for everybody who once let it, and needs no more than that permission of theirs.
  if (via !== undefined)
    return broken("author", `the app ${via} wrote it in the name of ${author}; only people operate tenants`);
  return authorType === "User"
    ? kept("author", `${author} is a person`)
    : broken("author", `${author} is no person (${authorType}); only people operate tenants`);
}

/** Author, state and age of the comment, and whether this run may act for it. */
export function commentRules({
  comment,
  run,
  operation,
  now,
}: {
  readonly comment: AskingComment;
  readonly run: AskingRun;
  readonly operation: OperationState;
  readonly now: Date;
}): readonly Rule[] {
  return [
    authorRule(comment),
    stateRule(comment),
    freshRule(comment, now),
    runRule(comment, run),
    replayRule(operation),
  ];
}

function stateRule({ state }: AskingComment): Rule {
  switch (state) {
    case "as written":
      return kept("comment", "as it was written");
    case "edited":
      return broken(
        "comment",
        "it was edited after it was written, so it may be somebody else's words; write a new one",
      );
    case "deleted":
      return broken("comment", "it was deleted before it was run");
    case "lookup-failed":
      return broken("comment", "it could not be looked up, so it may have been edited; write a new one");
  }
}

function freshRule({ createdAt }: AskingComment, now: Date): Rule {
  const age = minutesBetween(createdAt, now);
  if (age === undefined) return broken("fresh", "nobody knows when it was written");
  if (age < -clockSkew) return broken("fresh", `it is dated ${-age} minutes in the future`);
  return age < patience
    ? kept("fresh", `written ${Math.max(0, age)} of at most ${patience} minutes ago`)
    : broken("fresh", `it is ${age} minutes old and may be ${patience}; if it is still wanted, write it again`);
}

function runRule({ author }: AskingComment, { attempt, startedBy }: AskingRun): Rule {
  if (!samePerson(author, startedBy)) {
    return broken("re-run", `${startedBy} started this run for the comment of ${author}; everybody writes their own`);
  }
  return kept("re-run", attempt === 1 ? "first run" : `run again by ${startedBy}`);
}

function replayRule(operation: OperationState): Rule {
  switch (operation) {
    case "new":
      return kept("replay", "not done before");
    case "unfinished":
      return kept("replay", "begun before and not finished; this run goes on with it");
    case "finished":
      return broken("replay", "this comment was carried out already; to do it again write a new one");
    case "lookup-failed":
      return broken("replay", "the journal could not be read, so it may have been carried out already");
  }
}
