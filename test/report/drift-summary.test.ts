import { expect, test } from "vitest";
import { driftSummary } from "../../actions/lib/report/drift-summary.ts";

const drifted = (count: number, findings: readonly string[]) =>
  Array.from({ length: count }, (_, index) => ({ subject: `hospital-${index}`, findings, issue: "opened" }));

test("where somebody tagged everything of every hospital, the summary still fits and names each of them", () => {
  const tags = '[{"Key":"cost_center","Value":"4711"}] '.repeat(3);
  const tagged = `LoadBalancerSecurityGroup/Tags is ${tags}, should be ${tags}`;
  const summary = driftSummary(
    drifted(
      200,
      Array.from({ length: 60 }, () => tagged),
    ),
  );

  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1_048_576);
  expect(summary).toContain("200 of 200 differ from what git says.");
  expect(summary.match(/<details>/g)).toHaveLength(200);
  expect(summary).toContain("Shortened here; each has its issue");
});

test("a few are told with their findings, and those that are left out are counted", () => {
  const summary = driftSummary(
    drifted(
      1,
      Array.from({ length: 21 }, (_, index) => `Bucket${index} is other`),
    ),
  );

  expect(summary).toContain("- Bucket0 is other");
  expect(summary).toContain("- and 1 more");
  expect(summary).not.toContain("Shortened here");
});
