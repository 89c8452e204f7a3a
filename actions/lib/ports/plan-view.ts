import type { PlanComment } from "../domain/plan-view.ts";

/** What a pull request shows of its plan. */
export interface PlanView {
  /**
   * Shows the present state in the pull request's one comment, and for a finished plan in the check. History is kept by the
   * view; give what is new in `entry`.
   */
  show(state: PlanComment): Promise<void>;
}
