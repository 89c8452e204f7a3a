import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { byTenant } from "../../actions/lib/domain/outcome.ts";
import type { TenantPlan } from "../../actions/lib/domain/plan.ts";
import { details, document, fence, table } from "../../actions/lib/report/block.ts";
import { limits } from "../../actions/lib/report/budget.ts";
import { deploySummary } from "../../actions/lib/report/deploy-summary.ts";
import { asHtml, code, md, strong } from "../../actions/lib/report/markdown.ts";
import { planCheck } from "../../actions/lib/report/plan-check.ts";
import { isPlanComment, planComment, planSummary } from "../../actions/lib/report/plan-comment.ts";
import type { PlanComment, PlanState } from "../../actions/lib/report/plan-view.ts";
import { isUnsettledIssue, unsettledIssue } from "../../actions/lib/report/unsettled-issue.ts";
import { clip, entities } from "../../actions/lib/report/visible.ts";
import { added, aPlan, aView, COMMIT, cost, LINKS, property, stage } from "./plans.ts";
import { proseOf, skeleton, unbalanced, words } from "./skeleton.ts";

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
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...weapons), fc.string({ unit: "binary", maxLength: 6 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((pieces) => pieces.join(""));

/** A view in which every text that somebody else writes is this one. The letter in front keeps JSON from being looked into. */
function viewWith(foreign: string, state: PlanState = { state: "planned" }): PlanComment {
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

function outcomesWith(foreign: string): readonly StageOutcome[] {
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

function everyReport(foreign: string): Readonly<Record<string, string>> {
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

describe("whatever tenants, services and logs are called", () => {
  const plain = Object.fromEntries(Object.entries(everyReport("plain")).map(([name, text]) => [name, skeleton(text)]));

  test("every report keeps its structure", () => {
    fc.assert(
      fc.property(hostileText, (foreign) => {
        for (const [name, text] of Object.entries(everyReport(foreign))) {
          expect({ name, skeleton: skeleton(text) }).toEqual({ name, skeleton: plain[name] });
          expect(unbalanced(text)).toBeUndefined();
        }
      }),
      { numRuns: 150 },
    );
  });

  test("nobody is pinged, nothing is linked, no marker is forged", () => {
    fc.assert(
      fc.property(hostileText, (foreign) => {
        for (const text of Object.values(everyReport(foreign))) {
          for (const prose of proseOf(text)) {
            expect(prose).not.toMatch(/@[a-z0-9]|#\d|\bgh-\d|:\/\/|\bwww\.|\b(?:mailto|xmpp):/i);
          }
          expect(text.split("<!--")).toHaveLength(text.includes("<!-- mate:") ? 2 : 1);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("hidden characters are seen", () => {
    fc.assert(
      fc.property(hostileText, (foreign) => {
        expect(planComment(viewWith(foreign))).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!\n)\p{Cc}/u);
      }),
      { numRuns: 50 },
    );
  });
});

describe("whatever the size", () => {
  const enormous = fc.record({
    unit: fc.constantFrom("\u{E0041}", "#", "@", "ä", "😀", "|", "`", "x", "<!--", "\n"),
    times: fc.constantFrom(1, 200, 5_000, 100_000),
    copies: fc.constantFrom(1, 30, 300),
  });

  test("every report fits and stays whole", () => {
    fc.assert(
      fc.property(enormous, ({ unit, times, copies }) => {
        const foreign = unit.repeat(Math.min(times, Math.ceil(3_000_000 / copies / 20)));
        const view = viewWith(foreign);
        const { plan } = view;
        if (plan === undefined) throw new Error("the view has a plan");
        const plans = Array.from({ length: copies }, (_, index) => ({
          ...plan.plans[0],
          ...aPlan(),
          ...plan.plans[0],
          tenant: `t${index}${foreign}`,
          notes: [`${index}${foreign}`],
        }));
        const large: PlanComment = {
          ...view,
          plan: { ...plan, plans },
          problems: Array.from({ length: copies }, () => view.problems).flat(),
        };
        const check = planCheck(large);
        for (const [text, limit] of [
          [planComment(large), limits.comment],
          [planSummary(large), limits.stepSummary],
          [check.summary, limits.check],
          [check.text, limits.check],
        ] as const) {
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
          expect(unbalanced(text)).toBeUndefined();
        }
        expect(isPlanComment(planComment(large))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});

describe("the pieces", () => {
  test("text reads as it was written", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."abc`*_[]<>|~&$@#!()-+=.:/\\"), minLength: 1, maxLength: 30 }),
        (value) => {
          expect(
            words(document([{ block: `before ${entities(value)} after` }]))
              .replaceAll("\u200B", "")
              .trim(),
          ).toBe(`before ${value} after`);
        },
      ),
    );
  });

  test("code reads the same in a paragraph, a cell and a summary", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab `*_[]<>|~&$@#\\"), maxLength: 20 }), (value) => {
        const paragraph = words(document([{ block: `v: ${code(value).inline}` }])).trim();
        expect(
          words(document([table([md`v`], [[md`v: ${code(value)}`]])]))
            .trim()
            .split("\n")
            .at(-1),
        ).toBe(paragraph);
        expect(words(`<div>${asHtml(md`v: ${code(value)}`)}</div>`).trim()).toBe(paragraph);
      }),
    );
  });

  test("bold is bold whatever stands at its ends", () => {
    fc.assert(
      fc.property(hostileText, (value) => {
        const tags = skeleton(document([{ block: `a ${strong(`x${value}`).inline}b` }]));
        expect(tags).toEqual(["<p>", "<strong>", "</strong>", "</p>"]);
      }),
    );
  });

  test("a fence holds any line, and details hold a fence", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1 }), (lines) => {
        expect(skeleton(document([details(md`log`, [fence(lines)])]))).toEqual([
          "<details>",
          "<summary>",
          "</summary>",
          "<pre>",
          "<code>",
          "</code>",
          "</pre>",
          "</details>",
        ]);
      }),
    );
  });

  test("what is clipped is counted, and no character is torn", () => {
    expect(clip("😀".repeat(5), 3)).toBe("😀😀😀… (4 more characters)");
    expect(clip("short", 5)).toBe("short");
  });

  test("an issue is found by its tenant and environment only", () => {
    const [failed] = byTenant([stage({ outcome: "failed", cause: "it broke" })]);
    if (failed === undefined) throw new Error("there is a failed tenant");
    const { body } = unsettledIssue({
      outcome: failed,
      since: "2026-11-23T10:02:48Z",
      release: "v1",
      history: [],
      links: LINKS,
    });
    expect(isUnsettledIssue(body, { tenant: "hospital-a", environment: "production" })).toBe(true);
    expect(isUnsettledIssue(body, { tenant: "hospital-a", environment: "staging" })).toBe(false);
  });
});
