import { describe, expect, test } from "vitest";
import { isPlanComment, planComment, planSummary } from "../../actions/lib/report/plan-comment.ts";
import {
  added,
  aPlan,
  aView,
  COMMIT,
  cost,
  hospital,
  modified,
  newStack,
  property,
  rolled,
  stage,
  viewOf,
} from "./plans.ts";
import { scenes } from "./scenes.ts";
import { words } from "./skeleton.ts";

const replaced = (tenant: string, reason?: string) =>
  aPlan({
    tenant,
    resources: [
      {
        ...modified("Database", "AWS::RDS::DBInstance", property("StorageEncrypted", "false", "true", "always")),
        policyAction: "ReplaceAndDelete",
      },
    ],
    allowed: reason === undefined ? [] : [{ resource: "Database", reason }],
  });

describe("what changes", () => {
  test("tenants with the same change are one row, their names listed once", () => {
    const comment = planComment(
      viewOf(
        ["hospital-a", "hospital-b", "hospital-c"].map((tenant) =>
          aPlan({
            tenant,
            resources: [
              modified(
                "Alarm",
                "AWS::CloudWatch::Alarm",
                property("AlarmName", `mate-${tenant}-old`, `mate-${tenant}-new`),
              ),
            ],
          }),
        ),
      ),
    );
    expect(words(comment)).toContain("3 tenants, same change");
    expect(words(comment)).toContain("hospital-a, hospital-b and hospital-c");
    expect(comment.match(/AlarmName/g)).toHaveLength(1);
    expect(comment).toContain("`mate-‹tenant›-old` → `mate-‹tenant›-new`");
  });

  test("a release says of each wave who moves from which version to which, and who stays", () => {
    const moving = (tenant: string, number: number, from = "v1.4.0", to = "v1.5.0") =>
      aPlan({ tenant, release: { from, to }, wave: { number, of: 2 }, services: rolled(from, to) });
    const comment = planComment(
      viewOf([moving("hospital-c", 2, "v1.3.0"), moving("hospital-b", 2), moving("hospital-a", 1)]),
    );

    expect(comment).toContain("| Wave | Release | Tenants |");
    const rows = comment.split("\n").filter((line) => /^\| \d of \d in production/.test(line));
    expect(rows.map(words)).toEqual([
      expect.stringMatching(/1 of 2 in production.*v1\.4\.0 → v1\.5\.0.*1 tenant: hospital-a/),
      expect.stringMatching(/2 of 2 in production.*v1\.3\.0 → v1\.5\.0.*1 tenant: hospital-c/),
      expect.stringMatching(/2 of 2 in production.*v1\.4\.0 → v1\.5\.0.*1 tenant: hospital-b/),
    ]);
  });

  test("tenants whose values differ are not called the same", () => {
    const comment = planComment(
      viewOf(
        [
          ["hospital-a", "70"],
          ["hospital-b", "75"],
        ].map(([tenant = "", after]) =>
          aPlan({
            tenant,
            resources: [modified("Alarm", "AWS::CloudWatch::Alarm", property("Threshold", "80", after))],
          }),
        ),
      ),
    );
    expect(comment).not.toContain("same change");
    expect(comment).toContain("`80` → `70`");
    expect(comment).toContain("`80` → `75`");
  });

  test("a tenant whose change is refused is never in one group with one whose is allowed", () => {
    const comment = planComment(
      viewOf([replaced("hospital-a"), replaced("hospital-b", "moved to hospital-c last week")]),
    );
    expect(comment).not.toContain("same change");
  });

  test("a new tenant is told by what it gets, not by sixty additions", () => {
    const comment = planComment(
      viewOf([aPlan({ kind: "create", resources: newStack, release: { to: "v1" }, cost: { after: cost(10, 20) } })]),
    );
    expect(comment).toContain("| database | 2 DB instances, 1 DB subnet group, 1 DB parameter group |");
    expect(comment).toContain("<summary>All 38 resources</summary>");
  });

  test("only the changed leaf of a policy is shown", () => {
    expect(planComment(scenes["database-replaced"] ?? aView())).toContain(
      "PolicyDocument.Statement.ReadFiles.Action`: (none) → `s3:DeleteObject`",
    );
  });

  test("cost adds up over tenants, and what has no price is named", () => {
    const comment = planComment(
      viewOf([
        aPlan({ cost: { before: cost(100, 200), after: cost(150, 300, ["S3 requests"]) } }),
        aPlan({ tenant: "hospital-b", kind: "create", cost: { after: cost(10.5, 10.5) } }),
      ]),
    );
    expect(words(comment)).toContain("cost a month: +61 to +111 USD, unknown: S3 requests");
  });

  test("what had no price before is named as well: its whole price would pass for the change", () => {
    const before = cost(100, 200, ["db.x9g.large"]);
    const comment = planComment(viewOf([aPlan({ cost: { before, after: cost(400, 500) } })]));

    expect(words(comment)).toContain("cost a month: +300 USD, unknown: db.x9g.large");
  });

  test("no affected tenant is said, not left out", () => {
    const text = words(planComment(viewOf([])));
    expect(text).toContain("no tenant is affected");
    expect(text).toContain("0 of 0 tenants planned (of 400 in all)");
  });
});

describe("how dangerous", () => {
  test("a database that would be replaced is seen before anything else, open, with what forces it", () => {
    const [, , , caution = ""] = planComment(viewOf([replaced("hospital-c")])).split("\n\n");
    expect(caution).toMatch(/^> \[!CAUTION\]/);
    expect(words(caution)).toContain(
      "hospital-c: DB instance Database would be replaced, and the present one is deleted with its data",
    );
    expect(caution).toContain("`StorageEncrypted` `false` → `true`");
  });

  test("the danger of 400 tenants is one line that names every one", () => {
    const tenants = Array.from({ length: 400 }, (_, index) => hospital(index));
    const comment = planComment(viewOf(tenants.map((tenant) => replaced(tenant))));
    for (const tenant of tenants) expect(comment).toContain(`**${tenant}**`);
    expect(comment.match(/would be/g)?.length).toBeLessThan(5);
  });

  test("when even the dangers do not fit, they are counted and the reader is sent to the whole", () => {
    const plans = Array.from({ length: 3000 }, (_, index) => {
      const plan = replaced(`${hospital(index)}-${"x".repeat(40)}`);
      return { ...plan, dangers: plan.dangers.map((danger) => ({ ...danger, what: `replaced, case ${index}` })) };
    });
    const comment = words(planComment(viewOf(plans)));
    expect(comment).toContain("3,000 dangers in 3,000 tenants");
    expect(comment).toContain("Shortened here: 3,000 dangers in 3,000 tenants");
    expect(comment).toContain("Not allowed by the tenant file");
    expect(comment).toContain("… and 2,960 more resources");
  });

  test("what forces a replacement is seen, however much else of the resource changes", () => {
    const others = Array.from({ length: 60 }, (_, index) => property(`Attribute${index}`, "1", "2"));
    const comment = planComment(
      viewOf([
        aPlan({
          resources: [
            modified(
              "LoadBalancer",
              "AWS::ElasticLoadBalancingV2::LoadBalancer",
              ...others,
              property("Scheme", "internal", "internet-facing", "always"),
            ),
          ],
        }),
      ]),
    );

    expect(comment).toContain("`Scheme`: `internal` → `internet-facing` (forces replacement)");
    expect(comment).toContain("… and 21 more differences");
  });

  test("an allowed danger shows the reason somebody gave", () => {
    const comment = planComment(viewOf([replaced("hospital-b", "empty since the move")]));
    expect(comment).toContain("> [!WARNING]");
    expect(comment).toContain("“empty since the move”");
    expect(comment).not.toContain("CAUTION");
  });

  test("an expected tenant without a plan is named, and the danger is not called none", () => {
    const comment = words(planComment(viewOf([aPlan()], { expected: ["hospital-a", "hospital-b"] })));
    expect(comment).toContain("Expected but not planned: 1 tenant");
    expect(comment).toContain("Danger: not known for 1 tenant");
    expect(comment).toContain("1 of 2 tenants planned");
  });
});

describe("through its life", () => {
  const plan = { commit: COMMIT, plans: [aPlan({ services: rolled("v1.4.0", "v1.5.0") })], failures: [], tenants: 3 };
  const outcomes = [stage({ what: "v1.4.0 → v1.5.0" })];

  test.for([
    [{ state: "planning" }, "Planning 1 tenant …"],
    [{ state: "planned" }, "Plan: hospital-a is changing"],
    [{ state: "stale", because: "#41 was deployed" }, "Stale plan: hospital-a is changing"],
    [{ state: "fork" }, "Fork: files checked, nothing planned"],
    [{ state: "closed" }, "Closed without a merge"],
    [{ state: "deploying", wave: 1, waves: 3, outcomes: [] }, "Deploying wave 1 of 3: 0 of 1 healthy"],
    [{ state: "deployed", outcomes, durationMs: 61_000 }, "Deployed hospital-a in 1 min 1 s"],
    [
      {
        state: "stopped",
        wave: 1,
        waves: 2,
        because: "the canary failed",
        durationMs: 1,
        outcomes: [stage({ outcome: "failed", cause: "exit code 1", next: "/retry hospital-a" })],
      },
      "Deployment stopped in wave 1 of 2: hospital-a not settled",
    ],
    [{ state: "failed", during: "planning", because: "no credentials" }, "Planning failed"],
  ] as const)("%j is told in the title", ([state, title]) => {
    const comment = planComment(aView({ state, plan, expected: ["hospital-a"] }));
    expect(words(comment.split("\n")[0] ?? "")).toContain(title);
    expect(isPlanComment(comment)).toBe(true);
  });

  test("a stop shows cause, what runs now, the log's end and the command that goes on", () => {
    const comment = planComment(scenes["stopped-in-wave-2"] ?? aView());
    expect(comment).toContain("column ward&#95;bed.room&#95;id does not exist");
    expect(comment).toContain("rolled back: 3 of 3 services run v1.4.0");
    expect(comment).toContain("<details open><summary>Evidence: <strong>hospital-f</strong>, roll</summary>");
    expect(comment).toContain("`/retry hospital-f`");
  });

  test("history is kept, newest first, behind one click", () => {
    const comment = planComment(
      aView({
        history: [
          { at: "2026-11-01T00:00:00Z", what: "older" },
          { at: "2026-11-02T00:00:00Z", what: "newer" },
        ],
      }),
    );
    expect(comment).toMatch(
      /<summary>History \(2\)<\/summary>\n\n- 2026-11-02 00:00 UTC: newer\n- 2026-11-01 00:00 UTC: older/,
    );
  });
});

test("a comment that quotes ours, or mentions its marker, is not taken for it", () => {
  const comment = planComment(aView());
  expect(isPlanComment(`> ${comment.trimEnd().split("\n").join("\n> ")}`)).toBe(false);
  expect(isPlanComment(`${comment}\nthanks!`)).toBe(false);
});

test("the summary keeps what the comment had to leave out", () => {
  const view = scenes["5-megabytes"] ?? aView();
  expect(planComment(view)).toContain("Shortened here");
  expect(planSummary(view).length).toBeGreaterThan(planComment(view).length * 10);
  const many = viewOf(
    Array.from({ length: 60 }, (_, index) =>
      aPlan({
        tenant: hospital(index),
        resources: [
          added(`R${index}`, "AWS::SNS::Topic"),
          modified("P", "AWS::IAM::Role", property("Description", "a".repeat(800), `${index}${"b".repeat(800)}`)),
        ],
      }),
    ),
  );
  expect(planComment(many)).toContain("Shortened here");
  expect(planSummary(many)).not.toContain("Shortened here");
});
