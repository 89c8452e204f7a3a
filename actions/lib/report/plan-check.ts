/** The required check `plan`: whether a merge may happen, and the marks on the lines that are the reason. */

import { refusals } from "../domain/plan.ts";
import type { Problem } from "../domain/problem.ts";
import { inReadingOrder } from "../domain/problem.ts";
import { document } from "./block.ts";
import { limits, render } from "./budget.ts";
import { planReport } from "./plan-comment.ts";
import { planHead } from "./plan-head.ts";
import { title } from "./plan-title.ts";
import { missingTenants, type PlanComment } from "./plan-view.ts";
import { typeInWords } from "./resource-area.ts";
import { clip, oneLine } from "./visible.ts";

export interface PlanCheck {
  readonly conclusion: "success" | "failure" | "neutral" | "action_required";
  /** Plain text. */
  readonly title: string;
  /** Markdown, at most 65,535 characters each. */
  readonly summary: string;
  readonly text: string;
}

/** A mark beside a line of a file. GitHub takes 50 in one request; send the rest in further ones. Plain text, no Markdown. */
export interface Annotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Only where the column is known; GitHub takes it only when both lines are the same. */
  readonly startColumn?: number;
  readonly level: "failure" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
}

/** Longest title and message; GitHub takes 255 characters and 64 KB. Longer than this nobody reads beside a line of code. */
const longest = { title: 200, message: 4_000 } as const;

/** The check for a plan. It is green only when everything expected was planned and no data goes without permission. */
export function planCheck(input: PlanComment): PlanCheck {
  const report = planReport(input);
  return {
    conclusion: conclusion(input),
    title: plainTitle(input),
    summary: document(planHead(input)),
    text: render({ ...report, head: [] }, limits.check),
  };
}

/** Marks on tenant files, gravest first: file problems, failed plans, refused dangers, then the allowed ones. */
export function planAnnotations(input: PlanComment): readonly Annotation[] {
  const { plans = [], failures = [] } = input.plan ?? {};
  return [
    ...inReadingOrder(input.problems).map(problemMark),
    ...failures.map(({ source, tenant, cause }) =>
      mark(source, "failure", { title: `${tenant} could not be planned`, message: cause }),
    ),
    ...plans
      .flatMap((plan) => plan.dangers.map((danger) => ({ plan, danger })))
      .toSorted((a, b) => Number(a.danger.allowedBecause !== undefined) - Number(b.danger.allowedBecause !== undefined))
      .map(({ plan, danger: { logicalId, type, what, because, allowedBecause } }) => {
        const why = because.length === 0 ? "" : ` Forced by ${because.join(", ")}.`;
        const decision =
          allowedBecause === undefined
            ? ` Name ${logicalId} under allowDestruction, with a reason, if that is meant.`
            : ` Allowed: ${allowedBecause}`;
        const line = plan.dangerLines?.[logicalId] ?? plan.source.line;
        return mark({ ...plan.source, line }, allowedBecause === undefined ? "failure" : "warning", {
          title: `${plan.tenant}: ${typeInWords(type)} ${logicalId} would be ${what}`,
          message: `${logicalId} (${type}) would be ${what}.${why}${decision}`,
        });
      }),
  ];
}

function conclusion(input: PlanComment): PlanCheck["conclusion"] {
  const { state, expected, plan, problems } = input;
  if (problems.length > 0) return "failure";
  switch (state.state) {
    // Neither has a plan that a merge could apply: a person, or the plan under way, has to act before the check lets through.
    case "planning":
    case "stale":
      return "action_required";
    case "fork":
      return expected.length > 0 ? "action_required" : "neutral";
    case "closed":
      return "neutral";
    case "failed":
      return "failure";
    case "planned":
    case "deploying":
    case "deployed":
    case "stopped":
      break;
  }
  if (plan === undefined || plan.failures.length > 0 || missingTenants(input).length > 0) return "failure";
  if (plan.plans.some((each) => refusals(each).length > 0)) return "failure";
  return plan.plans.length === 0 ? "neutral" : "success";
}

function plainTitle(input: PlanComment): string {
  const plain = title(input)
    .inline.replace(/&#(\d+);/g, (_entity, point: string) => String.fromCodePoint(Number(point)))
    .replaceAll("\u200B", "");
  return clip(oneLine(plain), longest.title);
}

function problemMark({ file, line, column, message, hint }: Problem): Annotation {
  return {
    ...mark({ file, line }, "failure", {
      title: message,
      message: hint === undefined ? message : `${message} (${hint})`,
    }),
    startColumn: column,
  };
}

function mark(
  source: { readonly file: string; readonly line: number },
  level: Annotation["level"],
  words: { readonly title: string; readonly message: string },
): Annotation {
  return {
    path: source.file,
    startLine: source.line,
    endLine: source.line,
    level,
    title: clip(oneLine(words.title), longest.title),
    message: clip(oneLine(words.message), longest.message),
  };
}
