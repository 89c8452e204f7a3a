import { describe, expect, test } from "vitest";
import { byTenant } from "../../actions/lib/domain/outcome.ts";
import { deploySummary } from "../../actions/lib/report/deploy-summary.ts";
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
