import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { RevertPlan } from "../../actions/lib/domain/drift-revert.ts";
import type { ResourceChange } from "../../actions/lib/domain/plan.ts";
import { adoptPull, adoptSummary } from "../../actions/lib/report/drift-adopt.ts";
import { revertLookSummary, revertSummary } from "../../actions/lib/report/drift-revert.ts";
import { commandsIn, parses } from "./printed-commands.ts";

const change: ResourceChange = {
  ...{ logicalId: "DataBucket", type: "AWS::S3::Bucket", action: "modify", replacement: "never", drifted: true },
  properties: [
    {
      path: "/Properties/VersioningConfiguration/Status",
      before: "Suspended",
      after: "Enabled",
      replacement: "never",
    },
  ],
};
const plan = (more: Partial<RevertPlan> = {}): RevertPlan => ({
  ...{ tenant: "clinic-x", environment: "production", tier: "standard", stack: "mate-clinic-x-production" },
  ...{ changes: [change], dangers: [], refusals: [], digest: "d1" },
  ...more,
});
const emptied = { logicalId: "Database", type: "AWS::RDS::DBInstance", what: "made again empty", because: [] };
const form = readFileSync(new URL("../../.github/workflows/drift.yml", import.meta.url), "utf8");
const modes = /options: \[(look.*)\]/.exec(form)?.[1]?.split(", ") ?? [];

test("a look shows what is there and what git says, and the form's mode that does it", () => {
  const text = revertLookSummary({ tenant: "clinic-x", plan: plan() });

  expect(text).toContain("VersioningConfiguration");
  expect(text).toMatch(/Suspended.*Enabled/);
  expect(text).toContain("mode `revert` and `clinic-x` in confirm");
  expect(text).not.toContain("second person");
  expect(modes).toEqual(["look", "plan-revert", "revert", "adopt"]);
});

test("what is refused comes first, and nobody is told to go on", () => {
  const text = revertLookSummary({
    tenant: "clinic-x",
    plan: plan({ refusals: ["Database would be made again empty"] }),
  });

  expect(text).toMatch(/Not possible like this[\s\S]*Database would be made again empty/);
  expect(text).not.toContain("start this form again");
});

test("where data is at stake and git allows it, the reason is shown and a second person named", () => {
  const dangers = [{ ...emptied, allowedBecause: "moved to hospital-b" }];
  const text = revertLookSummary({ tenant: "clinic-x", plan: plan({ dangers }) });

  expect(text).toMatch(/\[!WARNING\][\s\S]*`Database` would be made again empty; allowed because: moved to hospital-b/);
  expect(text).toContain("A second person has to approve it.");
});

test("without drift of the stack the way back for services is a command that can be copied", () => {
  const commands = commandsIn(revertLookSummary({ tenant: "clinic-x", plan: undefined }));

  expect(commands).toEqual(["/retry clinic-x"]);
  for (const command of commands) expect(parses(command)).toBe(true);
});

test("an end says whether the stack is what git says, or why it is not", () => {
  const about = { tenant: "clinic-x", notes: [] };

  expect(revertSummary({ ...about, outcome: "reverted", changes: [change] })).toContain(
    "1 resource is what git says again",
  );
  expect(revertSummary({ ...about, outcome: "unchanged", changes: [] })).toContain("nothing was left to do");
  const failure = { cause: "Database UPDATE_FAILED: @everyone <!-- mate -->", evidence: ["08:00 Database"] };
  const failed = revertSummary({ ...about, outcome: "failed", changes: [], failure });
  expect(failed).toContain("Database UPDATE");
  expect(failed).not.toContain("@everyone");
  expect(failed).not.toContain("<!-- mate");
});

test("the pull request that adopts says each value and what has no place, and hostile values stay values", () => {
  const adoption = {
    tenant: "clinic-x",
    values: [
      { path: ["database", "instanceClass"] as const, value: "db.`x`|@everyone", from: "Database/DBInstanceClass" },
      { path: ["services", "celery", "count"] as const, value: { min: 2, max: 4 }, from: "service celery" },
    ],
    homeless: [{ what: "DataBucket/Versioning is Suspended", where: "infra/tenant/tenant.yml" }],
  };

  const { title, body } = adoptPull({ ...adoption, by: "alice" });

  expect(title).toBe("Adopt what is there of clinic-x (2 values)");
  expect(body).toContain("2 to 4");
  expect(body).toContain("DataBucket/Versioning is Suspended: infra/tenant/tenant.yml");
  expect(
    body
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .every((line) => line.split(/(?<!\\)\|/).length === 5),
  ).toBe(true);
  expect(adoptSummary({ ...adoption, values: [], pull: undefined })).toContain("Nothing that is there can be written");
});
