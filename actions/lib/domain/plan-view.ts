/** What the pull request's comment, check and summaries are made from. The pipeline fills it; nothing here is read from a comment. */

import type { StageOutcome } from "./outcome.ts";
import type { PullRequestPlan } from "./plan.ts";
import type { Problem } from "./problem.ts";

/** Where the pull request is in its life. */
export type PlanState =
  | { readonly state: "planning" }
  | { readonly state: "planned" }
  /** The plan shown is not what a merge would do any more: `#41 was deployed to hospital-a`. It is being made again. */
  | { readonly state: "stale"; readonly because: string }
  /** Static checks only: code from a fork never meets credentials. */
  | { readonly state: "fork" }
  /** Closed without a merge; its change sets are deleted. */
  | { readonly state: "closed" }
  | {
      readonly state: "deploying";
      /** From 1. */
      readonly wave: number;
      readonly waves: number;
      readonly outcomes: readonly StageOutcome[];
    }
  /** Every wave was gone through; single tenants may still have failed. */
  | { readonly state: "deployed"; readonly outcomes: readonly StageOutcome[]; readonly durationMs: number }
  /** A wave's gate closed: the tenants after it were not started. */
  | {
      readonly state: "stopped";
      readonly wave: number;
      readonly waves: number;
      readonly because: string;
      readonly outcomes: readonly StageOutcome[];
      readonly durationMs: number;
    }
  /** Planning or deploying itself broke, for all tenants at once: no credentials, no cluster, a bug. */
  | {
      readonly state: "failed";
      readonly during: "planning" | "deploying";
      readonly because: string;
      readonly evidence?: readonly string[];
      readonly outcomes?: readonly StageOutcome[];
    };

/** A tenant that an earlier deployment left other than its file says. */
export interface UnsettledTenant {
  readonly tenant: string;
  readonly environment: string;
  readonly cause: string;
  /** Address of its issue. */
  readonly issue?: string;
}

export interface HistoryEntry {
  /** ISO 8601. */
  readonly at: string;
  /** `planned 14 tenants at abc1234`; one line. */
  readonly what: string;
}

export interface PlanComment {
  readonly state: PlanState;
  /** Commit the state is about, full hash. */
  readonly commit: string;
  /** Names of the tenants whose fingerprint differs from the base: what has to be planned. */
  readonly expected: readonly string[];
  /** Undefined until there is one, and for forks. */
  readonly plan?: PullRequestPlan;
  readonly problems: readonly Problem[];
  readonly unsettled: readonly UnsettledTenant[];
  readonly history: readonly HistoryEntry[];
  readonly links: {
    /** Address of the workflow run. */
    readonly run: string;
    /** Address of the complete plan: the run's step summary. */
    readonly summary: string;
  };
}
