import { describe, expect, test } from "vitest";
import { byTenant } from "../../actions/lib/domain/outcome.ts";
import { deploySummary } from "../../actions/lib/report/deploy-summary.ts";
import { driftIssue } from "../../actions/lib/report/drift-issue.ts";
import { planComment } from "../../actions/lib/report/plan-comment.ts";
import { unsettledIssue } from "../../actions/lib/report/unsettled-issue.ts";
import { aPlan, aView, LINKS, stage, viewOf } from "./plans.ts";
import { commandsIn, parses } from "./printed-commands.ts";
import { deployment, scenes } from "./scenes.ts";

const shown: readonly (readonly [string, string])[] = [
  ...Object.entries(scenes)
    .filter(([name]) => name !== "hostile-names")
    .map(([name, view]) => [name, planComment(view)] as const),
  [
    "a failed plan",
    planComment(
      aView({
        plan: {
          commit: "",
          plans: [],
          failures: [{ tenant: "a", environment: "e", stack: "s", cause: "c", source: { file: "f", line: 1 } }],
          tenants: 1,
        },
      }),
    ),
  ],
  ["a missing tenant", planComment(viewOf([aPlan()], { expected: ["hospital-a", "hospital-b"] }))],
  [
    "planning that broke",
    planComment(aView({ state: { state: "failed", during: "planning", because: "no credentials" } })),
  ],
  [
    "a deployment",
    deploySummary({ what: "Deploy", environment: "production", outcomes: deployment, durationMs: 1, links: LINKS }),
  ],
  ...byTenant([stage({ outcome: "failed" }), ...deployment]).map(
    (outcome) =>
      [
        `the issue of ${outcome.tenant}`,
        unsettledIssue({ outcome, since: "2026-11-23T10:02:48Z", release: "v1.5.0", history: [], links: LINKS }).body,
      ] as const,
  ),
];

test("an issue says of each command that it is written on a pull request: below an issue none is read", () => {
  const { run } = LINKS;
  const at = "2026-11-27T03:17:00.000Z";
  const drift = (["service", "undeployed", "stopped", "override"] as const).map((kind) => ({
    ...{ kind, subject: "x", what: "is other" },
  }));
  const issues = [
    driftIssue({ subject: "hospital-a", findings: drift, at }, run).body,
    ...shown.filter(([name]) => name.startsWith("the issue of")).map(([, body]) => body),
  ];
  const lines = issues.flatMap((body) => body.split("\n")).filter((line) => commandsIn(line).length > 0);

  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect(line).toMatch(/ on any pull request/);
});

describe("every command that is shown parses", () => {
  test.for(shown)("in %s", ([, markdown]) => {
    for (const command of commandsIn(markdown)) expect([command, parses(command)]).toEqual([command, true]);
  });

  test("and there are some", () => {
    const commands = new Set(shown.flatMap(([, markdown]) => commandsIn(markdown)));
    expect(commands).toContain("/plan");
    expect(commands).toContain("/retry hospital-f");
    expect(commands).toContain("/status hospital-a");
  });
});
