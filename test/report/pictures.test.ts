import { describe, expect, test } from "vitest";
import { byTenant } from "../../actions/lib/domain/outcome.ts";
import { limits } from "../../actions/lib/report/budget.ts";
import { deploySummary } from "../../actions/lib/report/deploy-summary.ts";
import { planCheck } from "../../actions/lib/report/plan-check.ts";
import { planComment, planSummary } from "../../actions/lib/report/plan-comment.ts";
import { settledComment, unsettledIssue } from "../../actions/lib/report/unsettled-issue.ts";
import { expectPicture } from "./golden.ts";
import { LINKS } from "./plans.ts";
import { deployment, scenes } from "./scenes.ts";
import { unbalanced } from "./skeleton.ts";

describe.each(Object.entries(scenes))("the comment of %s", (name, view) => {
  const comment = planComment(view);

  test("looks as it did when somebody was pleased with it", () => expectPicture(name, comment));

  test("fits wherever it is shown, and all that opens closes", () => {
    const check = planCheck(view);
    const shown = [
      [comment, limits.comment],
      [planSummary(view), limits.stepSummary],
      [check.summary, limits.check],
      [check.text, limits.check],
    ] as const;
    for (const [text, limit] of shown) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
      expect(unbalanced(text)).toBeUndefined();
    }
  });

  test("says in its first three lines what changes, how dangerous it is and what to do next", () => {
    const [what, danger, next] = comment.split("\n").filter((line) => line !== "");
    expect(what).toMatch(/^### \S/);
    expect(danger).toMatch(/^\*\*(Danger|Stopped|Failed|Not settled|Cause)/);
    expect(next).toMatch(/^\*\*Next:\*\* \S/);
  });
});

test("the summary of a deployment and the issue it opens look as they did", () => {
  const [failed] = byTenant(deployment);
  if (failed === undefined) throw new Error("the deployment of the picture has a failed tenant");
  expectPicture(
    "deploy-summary",
    deploySummary({
      what: "Wave 2 of 3",
      environment: "production",
      outcomes: deployment,
      durationMs: 403_000,
      stoppedBecause: "1 of 4 tenants of the wave failed, 0 are allowed to",
      links: LINKS,
    }),
  );
  const issue = unsettledIssue({
    outcome: failed,
    since: "2026-11-23T10:02:48Z",
    release: "v1.5.0",
    history: [{ at: "2026-11-23T10:02:48Z", what: "roll failed after the merge of #61 by ada" }],
    links: { ...LINKS, pull: "https://github.com/mate/tenants/pull/61" },
  });
  expect(issue.title).toBe("hospital-f is not settled (production)");
  expectPicture("unsettled-issue", issue.body);
  expectPicture(
    "settled",
    settledComment({
      tenant: "hospital-f",
      since: "2026-11-23T10:02:48Z",
      at: "2026-11-23T11:31:00Z",
      by: "/retry by ada",
      running: "3 of 3 services run v1.5.0",
      links: LINKS,
    }),
  );
});
