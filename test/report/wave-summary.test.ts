import { expect, test } from "vitest";
import type { Outcome } from "../../actions/lib/domain/outcome.ts";
import { waveSummary } from "../../actions/lib/report/wave-summary.ts";
import { LINKS, stage } from "./plans.ts";

test.for<readonly [title: string, outcomes: readonly Outcome[]]>([
  ["nothing to do", []],
  ["settled", ["changed", "unchanged"]],
  ["1 tenant not settled", ["changed", "failed", "skipped"]],
  ["2 tenants not started", ["skipped", "skipped"]],
  ["1 tenant not started", ["changed", "skipped"]],
])("the title of a wave says %j of tenants that are %j", ([title, outcomes]) => {
  const summary = waveSummary({
    ...{ environment: "production", wave: 2, waves: 3, run: LINKS.run, now: new Date("2026-11-27T03:17:00Z") },
    outcomes: outcomes.map((outcome, index) => stage({ tenant: `hospital-${index}`, stage: "roll", outcome })),
  });

  expect(summary.split("\n")[0]).toBe(`### Wave 2 of 3 in production: ${title}`);
});
