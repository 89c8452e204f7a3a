import type { Doer, User } from "./records.ts";

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

export interface Reaction {
  readonly id: number;
  readonly user: User;
  readonly content: ReactionContent;
  readonly at: number;
}

export const REACTIONS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;
export type ReactionContent = (typeof REACTIONS)[number];

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly author: User;
  readonly createdAt: number;
  body: string;
  updatedAt: number;
  minimized: string | undefined;
  /** Every body this comment ever had, oldest first: what a stale read shows. */
  readonly versions: { readonly at: number; readonly body: string }[];
  readonly reactions: Reaction[];
}

export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";

export interface Review {
  readonly id: number;
  readonly author: User;
  readonly commit: string;
  readonly body: string;
  readonly submittedAt: number;
  state: ReviewState;
}

export type MergeMethod = "merge" | "squash" | "rebase";

export interface AutoMerge {
  readonly by: Doer;
  readonly method: MergeMethod;
  readonly title: string | undefined;
  readonly message: string | undefined;
}

export interface Pull {
  readonly id: number;
  readonly headRepository: string;
  readonly headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  draft: boolean;
  /** The commit of `refs/pull/N/merge`; after the merge, what it made on the base branch. */
  mergeCommit: string | undefined;
  /** undefined while GitHub still works it out. */
  mergeable: boolean | undefined;
  merged: { readonly at: number; readonly by: User } | undefined;
  autoMerge: AutoMerge | undefined;
  readonly reviews: Review[];
  readonly requestedReviewers: Set<string>;
  readonly requestedTeams: Set<string>;
  readonly maintainerCanModify: boolean;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly author: User;
  readonly createdAt: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "reopened" | "duplicate" | null;
  updatedAt: number;
  closed: { readonly at: number; readonly by: User } | undefined;
  locked: boolean;
  readonly labels: Set<string>;
  readonly assignees: Set<string>;
  readonly reactions: Reaction[];
  readonly pull: Pull | undefined;
  /** What the conversation shows beside comments, oldest first. */
  readonly timeline: TimelineEntry[];
}

export interface TimelineEntry {
  readonly at: number;
  readonly by: User;
  readonly kind: "pushed" | "force-pushed" | "merged" | "closed" | "reopened" | "renamed" | "labeled" | "auto-merge";
  readonly text: string;
}
