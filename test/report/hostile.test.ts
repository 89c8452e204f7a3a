import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../../actions/lib/report/budget.ts";
import { planCheck } from "../../actions/lib/report/plan-check.ts";
import { isPlanComment, planComment, planSummary } from "../../actions/lib/report/plan-comment.ts";
import type { PlanComment } from "../../actions/lib/report/plan-view.ts";
import { everyReport, hostileText, viewWith } from "./hostile-views.ts";
import { aPlan } from "./plans.ts";
import { proseOf, skeleton, unbalanced } from "./skeleton.ts";

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
