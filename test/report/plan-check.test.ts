import { describe, expect, test } from "vitest";
import { planAnnotations, planCheck } from "../../actions/lib/report/plan-check.ts";
import { aPlan, aView, COMMIT, modified, property, viewOf } from "./plans.ts";

const danger = (allowed: boolean) =>
  aPlan({
    resources: [
      {
        logicalId: "Media",
        type: "AWS::S3::Bucket",
        action: "remove",
        replacement: "never",
        policyAction: "Delete",
        properties: [],
      },
    ],
    allowed: allowed ? [{ resource: "Media", reason: "copied to the archive" }] : [],
  });
const harmless = aPlan({ resources: [modified("Alarm", "AWS::CloudWatch::Alarm", property("Threshold", "1", "2"))] });
const problem = {
  file: "tenants/hospital-a.yml",
  line: 3,
  column: 7,
  message: "tier must be enterprise",
  hint: "did you mean enterprise?",
};
const failure = {
  tenant: "hospital-b",
  environment: "production",
  stack: "mate-hospital-b-production",
  cause: "the stack is stuck",
  source: { file: "tenants/hospital-b.yml", line: 1 },
};

test.for([
  [[], 1, "Plan: 1 tenant could not be planned"],
  [[], 2, "Plan: 2 tenants could not be planned"],
  [[harmless], 1, "Plan: hospital-a is changing, 1 could not be planned"],
] as const)("with %#: the title is a sentence", ([plans, failed, title]) => {
  const failures = Array.from({ length: failed }, (_, index) => ({ ...failure, tenant: `clinic-${index}` }));

  expect(planCheck(aView({ plan: { commit: COMMIT, plans, failures, tenants: 3 } })).title).toMatch(title);
});

describe("the check", () => {
  test.for([
    ["everything planned, nothing lost", viewOf([harmless]), "success"],
    ["a loss that the file allows", viewOf([danger(true)]), "success"],
    ["a loss that nobody allowed", viewOf([danger(false)]), "failure"],
    ["no tenant affected", viewOf([]), "neutral"],
    ["a tenant affected and nothing planned", viewOf([], { expected: ["hospital-a"] }), "failure"],
    ["one of two planned", viewOf([harmless], { expected: ["hospital-a", "hospital-b"] }), "failure"],
    [
      "a tenant that could not be planned",
      aView({ plan: { commit: COMMIT, plans: [harmless], failures: [failure], tenants: 2 } }),
      "failure",
    ],
    ["a wrong file", viewOf([], { problems: [problem] }), "failure"],
    ["no plan at all", aView({ expected: ["hospital-a"] }), "failure"],
    ["planning broke", aView({ state: { state: "failed", during: "planning", because: "no credentials" } }), "failure"],
    [
      "still planning",
      aView({ state: { state: "planning" }, plan: { commit: COMMIT, plans: [harmless], failures: [], tenants: 1 } }),
      "action_required",
    ],
    ["a stale plan", viewOf([harmless], { state: { state: "stale", because: "#41 was deployed" } }), "action_required"],
    ["a fork that changes a tenant", aView({ state: { state: "fork" }, expected: ["hospital-a"] }), "action_required"],
    ["a fork that changes none", aView({ state: { state: "fork" } }), "neutral"],
    ["a fork with a wrong file", aView({ state: { state: "fork" }, problems: [problem] }), "failure"],
  ] as const)("of %s is %s", ([, view, conclusion]) => {
    expect(planCheck(view).conclusion).toBe(conclusion);
  });

  test("has a title that says what is wrong, as plain text", () => {
    expect(planCheck(viewOf([danger(false)])).title).toBe("Plan: hospital-a is changing: 1 danger not allowed");
    expect(planCheck(viewOf([aPlan({ tenant: "a_b*c @x" })])).title).toBe("Plan: a_b*c @x is changing");
  });
});

describe("annotations", () => {
  test("stand on the line that is the reason, gravest first", () => {
    const view = aView({
      problems: [problem],
      plan: {
        commit: COMMIT,
        plans: [{ ...danger(true), tenant: "hospital-z" }, danger(false)],
        failures: [failure],
        tenants: 3,
      },
    });
    expect(
      planAnnotations(view).map(({ path, startLine, endLine, level, title }) => [
        path,
        startLine,
        endLine,
        level,
        title,
      ]),
    ).toEqual([
      ["tenants/hospital-a.yml", 3, 3, "failure", "tier must be enterprise"],
      ["tenants/hospital-b.yml", 1, 1, "failure", "hospital-b could not be planned"],
      ["tenants/hospital-a.yml", 2, 2, "failure", "hospital-a: bucket Media would be removed, and its data is deleted"],
      ["tenants/hospital-a.yml", 2, 2, "warning", "hospital-z: bucket Media would be removed, and its data is deleted"],
    ]);
    expect(planAnnotations(view)[0]?.startColumn).toBe(7);
    expect(planAnnotations(view)[2]?.message).toContain("Name Media under allowDestruction");
  });

  test("of a danger stand on the line of the file that caused it", () => {
    const [mark] = planAnnotations(viewOf([{ ...danger(false), dangerLines: { Media: 7 } }]));

    expect(mark).toMatchObject({ path: "tenants/hospital-a.yml", startLine: 7, endLine: 7 });
  });

  test("of a plan without danger there are none", () => {
    expect(planAnnotations(viewOf([harmless]))).toEqual([]);
  });
});
