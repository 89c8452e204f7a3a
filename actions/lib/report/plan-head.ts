/** The first three lines of the comment: what changes, how dangerous it is, what to do next. For each moment of a pull request's life. */

import { heading, paragraph } from "./block.ts";
import { type Block, md } from "./markdown.ts";
import { danger } from "./plan-danger.ts";
import { nextStep } from "./plan-next.ts";
import { title } from "./plan-title.ts";
import type { PlanComment } from "./plan-view.ts";

/** Heading, danger and next step. Its length does not grow with the plan's. */
export function planHead(input: PlanComment): readonly Block[] {
  return [heading(3, title(input)), paragraph(danger(input), md`**Next:** ${nextStep(input)}`)];
}
