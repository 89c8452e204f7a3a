import type { PlanView } from "./plan-view.ts";

export interface Pull {
  readonly number: number;
  /** Commit at its head, full hash. */
  readonly commit: string;
  /** Its branch is in another repository: its code never meets credentials. */
  readonly fromFork: boolean;
  readonly state: "open" | "merged" | "closed";
}

/** Pull requests into the default branch. */
export interface Pulls {
  find(number: number): Promise<Pull | undefined>;

  /** All that are open. */
  open(): Promise<readonly Pull[]>;

  /** What one shows of its plan. */
  view(number: number): PlanView;

  /**
   * Has it planned again, against what the default branch is now.
   *
   * @returns `conflict` if it cannot be merged as it is, so there is nothing to plan
   */
  planAgain(number: number): Promise<"started" | "conflict">;
}
