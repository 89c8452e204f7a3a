/**
 * The one comment of a pull request, and the step summary that says the same in full. Edited in place from the first plan to the
 * deployment; a view, from which nothing is ever decided.
 */

import { byTenant } from "../domain/outcome.ts";
import { bullets, details, marker, paragraph } from "./block.ts";
import { limits, type Report, render, type Section } from "./budget.ts";
import { changeSections } from "./change-sections.ts";
import { countsInWords } from "./change-word.ts";
import { dangerSections } from "./danger-sections.ts";
import { countsOf, evidenceSection, outcomeSections } from "./deploy-summary.ts";
import { names } from "./enumeration.ts";
import { costDelta, moment, money } from "./figures.ts";
import { type Block, code, type Inline, join, link, md, small } from "./markdown.ts";
import { planHead } from "./plan-head.ts";
import { type PlanComment, plannedOfExpected } from "./plan-view.ts";

/** History entries shown; older ones are in the comment's edit history and the journal. */
const historyShown = 20;

/** Last line of the comment. It only finds the comment; together with it, the author has to be ours. */
const planMarker = marker(["mate:plan"]);

/** The comment, at most 65,536 characters. */
export function planComment(input: PlanComment): string {
  return render(planReport(input), limits.comment);
}

/** The same as the run's step summary, complete up to 1 MiB. */
export function planSummary(input: PlanComment): string {
  return render(planReport(input), limits.stepSummary);
}

/** Whether a comment's text is a plan comment of ours. Ask for the author as well: anybody can write this line. */
export function isPlanComment(body: string): boolean {
  return body.trimEnd().split(/\r?\n/).at(-1) === planMarker.block;
}

/** Everything a plan view has to say, in reading order, for any budget. */
export function planReport(input: PlanComment): Report {
  return {
    head: [...planHead(input), ...totals(input)],
    sections: [
      ...(isAfterMerge(input) ? [] : dangerSections(input)),
      ...outcomes(input),
      ...changeSections(input.plan?.plans ?? []),
      ...(isAfterMerge(input) ? dangerSections(input) : []),
      ...history(input),
    ],
    foot: [provenance(input), planMarker],
    shortened: (what) => [
      paragraph(md`Shortened here: ${names(what, 4)}. ${link("The complete plan", input.links.summary)} has it all.`),
    ],
  };
}

/** Totals in one line: resources, cost, and that as many tenants were planned as had to be. */
function totals(input: PlanComment): readonly Block[] {
  const { plan, state } = input;
  if ("outcomes" in state && state.outcomes !== undefined) return [paragraph(countsOf(byTenant(state.outcomes)))];
  if (plan === undefined) return [];
  const delta = costDelta(plan.plans);
  const parts: readonly Inline[] = [
    md`${plannedOfExpected(input)} (of ${plan.tenants} in all)`,
    ...(plan.plans.length === 0
      ? []
      : [
          md`resources: ${countsInWords(plan.plans.flatMap(({ resources }) => resources))}`,
          md`cost a month: ${money(delta)}${
            delta.unknown.length === 0 ? md`` : md`, unknown: ${names(delta.unknown, 3)}`
          }`,
        ]),
  ];
  return [paragraph(join(parts, " · "))];
}

function outcomes({ state, links }: PlanComment): readonly Section[] {
  if (!("outcomes" in state) || state.outcomes === undefined) {
    return state.state === "failed" && state.evidence !== undefined ? evidenceSection(state.evidence) : [];
  }
  return [
    ...(state.state === "failed" ? evidenceSection(state.evidence ?? []) : []),
    ...outcomeSections(state.outcomes, links),
  ];
}

function history({ history: all }: PlanComment): readonly Section[] {
  if (all.length === 0) return [];
  const newest = all.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const form = (most: number): readonly Block[] => [
    details(md`History (${all.length})`, [
      bullets(newest.slice(0, most).map(({ at, what }) => md`${moment(at)}: ${what}`)),
    ]),
  ];
  return [{ what: "history", priority: 200, forms: [form(historyShown), form(3)] }];
}

function provenance({ commit, links, plan, state }: PlanComment): Block {
  const parts = [
    md`commit ${code(commit.slice(0, 7))}`,
    link("run", links.run),
    ...(plan === undefined ? [] : [link("complete plan", links.summary)]),
    ...(state.state === "planned" ? [md`what is shown here is what a merge applies`] : []),
  ];
  return paragraph(small(join(parts, " · ")));
}

function isAfterMerge({ state }: PlanComment): boolean {
  switch (state.state) {
    case "deploying":
    case "deployed":
    case "stopped":
      return true;
    case "failed":
      return state.during === "deploying";
    case "planning":
    case "planned":
    case "stale":
    case "fork":
    case "closed":
      return false;
  }
}
