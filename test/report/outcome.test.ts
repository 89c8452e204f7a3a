import { expect, test } from "vitest";
import { byTenant, isUnsettled, worstOutcome } from "../../actions/lib/domain/outcome.ts";
import { render } from "../../actions/lib/report/budget.ts";
import { duration, money } from "../../actions/lib/report/figures.ts";
import { counted, typeInWords } from "../../actions/lib/report/resource-area.ts";
import { stage } from "./plans.ts";

test("a tenant is as well as its worst stage, and the worst tenants come first", () => {
  const tenants = byTenant([
    stage({ tenant: "hospital-b", stage: "apply", outcome: "changed", durationMs: 10 }),
    stage({ tenant: "hospital-c", outcome: "skipped" }),
    stage({ tenant: "hospital-b", stage: "roll", outcome: "failed", durationMs: 5 }),
    stage({ tenant: "hospital-a", outcome: "unchanged" }),
    stage({ tenant: "hospital-d", outcome: "held" }),
  ]);
  expect(tenants.map(({ tenant, outcome, durationMs }) => [tenant, outcome, durationMs])).toEqual([
    ["hospital-b", "failed", 15],
    ["hospital-d", "held", 112_000],
    ["hospital-c", "skipped", 112_000],
    ["hospital-a", "unchanged", 112_000],
  ]);
  expect(tenants.filter(isUnsettled).map(({ tenant }) => tenant)).toEqual(["hospital-b", "hospital-d"]);
});

test("a stage tried again counts as it ended", () => {
  const [tenant] = byTenant([stage({ outcome: "failed" }), stage({ outcome: "changed" })]);
  expect(tenant?.outcome).toBe("changed");
});

test("one name in two environments is two tenants", () => {
  expect(byTenant([stage(), stage({ environment: "staging" })])).toHaveLength(2);
});

test("nothing tried is nothing changed", () => expect(worstOutcome([])).toBe("unchanged"));

test.for([
  [0, "0 ms"],
  [999, "999 ms"],
  [1000, "1 s"],
  [59_400, "59 s"],
  [59_600, "1 min"],
  [112_000, "1 min 52 s"],
  [3_600_000, "1 h"],
  [7_500_000, "2 h 5 min"],
] as const)("%d ms is %s", ([milliseconds, words]) => expect(duration(milliseconds)).toBe(words));

test.for([
  [0, 0, "no change"],
  [12, 12, "+12 USD"],
  [-3.5, -3.5, "−3.50 USD"],
  [120, 180, "+120 to +180 USD"],
  [-10, 5, "−10 to +5 USD"],
  [0.004, 0, "no change"],
  [1234.56, 1234.56, "+1,235 USD"],
] as const)("%d to %d a month is %s", ([floor, ceiling, words]) => expect(money({ floor, ceiling })).toBe(words));

test("types and counts are words", () => {
  expect(typeInWords("AWS::RDS::DBInstance")).toBe("DB instance");
  expect(typeInWords("AWS::S3::BucketPolicy")).toBe("bucket policy");
  expect(counted(2, "bucket policy")).toBe("2 bucket policies");
  expect(counted(2, "alias")).toBe("2 aliases");
  expect(counted(1_200, "tenant")).toBe("1,200 tenants");
});

test("the least important section gets shorter first, and never in the middle", () => {
  const section = (what: string, priority: number) => ({
    what,
    priority,
    forms: [[{ block: what.repeat(20) }], [{ block: what }]],
  });
  const report = (limit: number): string =>
    render(
      {
        head: [{ block: "head" }],
        sections: [section("a", 1), section("b", 3), section("c", 2)],
        foot: [{ block: "foot" }],
        shortened: (what) => [{ block: `(${what.join("")})` }],
      },
      limit,
    );
  expect(report(200)).toBe(`head\n\n${"a".repeat(20)}\n\n${"b".repeat(20)}\n\n${"c".repeat(20)}\n\nfoot\n`);
  expect(report(65)).toBe(`head\n\na\n\n${"b".repeat(20)}\n\n${"c".repeat(20)}\n\n(a)\n\nfoot\n`);
  expect(report(48)).toBe(`head\n\n${"b".repeat(20)}\n\nc\n\n(ac)\n\nfoot\n`);
  expect(report(20)).toBe("head\n\n(abc)\n\nfoot\n");
  expect(() => report(10)).toThrow(RangeError);
});
