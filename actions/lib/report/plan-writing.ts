/** The words of a plan view, as one bundle for whoever shows it. */
import { planAnnotations, planCheck } from "./plan-check.ts";
import { isPlanComment, planComment } from "./plan-comment.ts";

export const planWriting = {
  comment: planComment,
  isComment: isPlanComment,
  check: planCheck,
  annotations: planAnnotations,
} as const;
