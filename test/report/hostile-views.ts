/** Views and reports in which every text that somebody else writes is hostile. */

import fc from "fast-check";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { byTenant } from "../../actions/lib/domain/outcome.ts";
import type { TenantPlan } from "../../actions/lib/domain/plan.ts";
import { deploySummary } from "../../actions/lib/report/deploy-summary.ts";
import { planCheck } from "../../actions/lib/report/plan-check.ts";
import { planComment, planSummary } from "../../actions/lib/report/plan-comment.ts";
import type { PlanComment, PlanState } from "../../actions/lib/report/plan-view.ts";
import { unsettledIssue } from "../../actions/lib/report/unsettled-issue.ts";
import { added, aPlan, aView, COMMIT, cost, LINKS, property, stage } from "./plans.ts";

/** Pieces that break things, alone and put together. */
const weapons = [
  "```",
  "~~~",
  "`",
  "``",
  "</details>",
  "<details>",
  "</summary>",
  "<!--",
  "-->",
  "<!-- mate:plan -->",
  "|",
  "\\|",
  "\\",
  "\n",
  "\r\n",
  "\n\n",
  "\n# ",
  "\n> ",
  "\n- ",
  "\n1. ",
  "\n---\n",
  "\n===\n",
  "@mate/oncall",
  "@ada",
  "#1",
  "GH-1",
  "mate/tenants#1",
  "https://evil.example",
  "www.evil.example",
  "ada@evil.example",
  "![x](https://evil.example/x.png)",
  "[x](javascript:alert(1))",
  "[x]: https://evil.example",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<https://evil.example>",
  "**",
  "__",
  "*",
  "_",
  "~~",
  "$`x`$",
  "$$",
  "&lt;",
  "&#64;ada",
  "&amp;",
  "\u202E",
  "\u2066",
  "\u200B",
  "\u2028",
  "\u0000",
  "\uD800",
  "\u{E0041}",
  "\t",
  "    ",
  ":+1:",
  "[!CAUTION]",
  "- [x] ",
  "mailto:ada@evil.example",
  "xmpp:a@b.c",
  "]]>",
  "<?php",
  "]",
  "(",
  "=",
  "+",
  "1)",
];
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...weapons), fc.string({ unit: "binary", maxLength: 6 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((pieces) => pieces.join(""));

/** A view in which every text that somebody else writes is this one. The letter in front keeps JSON from being looked into. */
export function viewWith(foreign: string, state: PlanState = { state: "planned" }): PlanComment {
  const own = `x${foreign}`;
  const plan: TenantPlan = {
    ...aPlan(),
    tenant: own,
    displayName: "",
    tier: own,
    environment: own,
    stack: own,
    resources: [
      {
        logicalId: own,
        type: own,
        action: "modify",
        replacement: "always",
        policyAction: "ReplaceAndDelete",
        properties: [{ ...property("", own, `y${own}`, "always"), path: own }],
      },
      { ...added("Role", "AWS::IAM::Role"), logicalId: own },
    ],
    services: [
      { kind: "reconfigure", service: own, property: own, from: own, to: own },
      { kind: "create", service: own, to: own, count: own },
    ],
    release: { from: own, to: `y${own}` },
    cost: { after: cost(1, 2, [own]) },
    dangers: [
      { logicalId: own, type: own, what: own, because: [own] },
      { logicalId: own, type: own, what: own, because: [own], allowedBecause: own },
    ],
    notes: [own],
    source: { file: own, line: 1 },
  };
  return aView({
    state,
    plan: {
      commit: COMMIT,
      plans: [plan],
      failures: [{ tenant: `z${own}`, environment: own, stack: own, cause: own, source: { file: own, line: 1 } }],
      tenants: 2,
    },
    expected: [own, `z${own}`, `q${own}`],
    problems: [{ file: own, line: 1, column: 1, message: own, hint: own }],
    unsettled: [{ tenant: own, environment: own, cause: own, issue: LINKS.run }],
    history: [{ at: own, what: own }],
  });
}

export function outcomesWith(foreign: string): readonly StageOutcome[] {
  const own = `x${foreign}`;
  return [
    stage({
      tenant: own,
      environment: own,
      outcome: "failed",
      cause: own,
      evidence: [own, own],
      running: own,
      next: own,
      reasonCode: own,
      what: own,
    }),
    stage({ tenant: `y${own}`, environment: own, what: own }),
    stage({ tenant: `z${own}`, environment: own, outcome: "skipped", cause: own, durationMs: 0 }),
  ];
}

export function everyReport(foreign: string): Readonly<Record<string, string>> {
  const outcomes = outcomesWith(foreign);
  const [failed] = byTenant(outcomes);
  if (failed === undefined) throw new Error("there is a failed tenant");
  const states: readonly PlanState[] = [
    { state: "planned" },
    { state: "stale", because: foreign },
    { state: "deploying", wave: 1, waves: 2, outcomes },
    { state: "stopped", wave: 1, waves: 2, because: foreign, outcomes, durationMs: 1 },
    { state: "failed", during: "planning", because: foreign, evidence: [foreign] },
  ];
  return {
    ...Object.fromEntries(states.map((state) => [state.state, planComment(viewWith(foreign, state))])),
    check: planCheck(viewWith(foreign)).text,
    summary: planSummary(viewWith(foreign)),
    deploy: deploySummary({
      what: foreign,
      environment: foreign,
      outcomes,
      durationMs: 1,
      stoppedBecause: foreign,
      links: LINKS,
    }),
    issue: unsettledIssue({
      outcome: failed,
      since: foreign,
      release: foreign,
      history: [{ at: foreign, what: foreign }],
      links: LINKS,
    }).body,
  };
}
