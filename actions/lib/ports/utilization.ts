import type { Usage } from "../domain/recommendation.ts";

/** What of a size was used. */
export type UsageQuestion =
  | { readonly of: "cpu" | "memory"; readonly cluster: string; readonly service: string }
  | { readonly of: "database"; readonly database: string };

/** Metrics of the last days, many at once. */
export interface Utilization {
  /**
   * @param period from the first to the second moment
   * @returns average and peak in percent, in the order of the questions; undefined where there is no data
   */
  usage(
    questions: readonly UsageQuestion[],
    period: { readonly from: Date; readonly to: Date },
  ): Promise<readonly (Usage | undefined)[]>;
}
