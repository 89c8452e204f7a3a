/** What a run of plan.yml says beside the changes: what is unsettled, what it did not or could not plan, and where danger comes from. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { planAnnotations } from "../../actions/lib/report/plan-check.ts";
import { planSubject } from "../../actions/plan/subject.ts";
import { textOf } from "../contract/committed.ts";
import { OpenPulls } from "../fixtures/open-pulls.ts";
import { clinic, type PlanStage, startPlanStage } from "../fixtures/plan-stage.ts";
import type { Files } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";

let stage: PlanStage;
beforeAll(async () => {
  stage = await startPlanStage();
});
afterAll(() => stage.stop());

const production = (): Environment => stage.production(smallFleet({}));

test("tenants that an earlier deployment left unsettled are named in every plan", async () => {
  await stage.merge(clinic("clinic-un"), new OpenPulls());
  const { records } = stage.cell(production());
  const record = { since: "2026-11-01T00:00:00Z", history: [], cause: "quota of topics", issue: "https://issue/7" };
  await records.put("operations/unsettled/hospital-z.json", record);

  const pulls = new OpenPulls().opens(31);
  const state = await stage.planPull(31, clinic("clinic-un"), clinic("clinic-un", "monthlyBudgetUsd: 300\n"), pulls);
  await records.delete("operations/unsettled/hospital-z.json");

  expect(state.unsettled).toEqual([
    { tenant: "hospital-z", environment: "production", cause: "quota of topics", issue: "https://issue/7" },
  ]);
});

test("a fork's pull request is checked without a single call to AWS", async () => {
  stage.aws.calls.clear();
  const pulls = new OpenPulls().opens(41, { fromFork: true });
  const subject = await planSubject({ event: "workflow_dispatch" }, { pull: 41, depth: "full" }, pulls);

  const state = await stage.run(
    subject,
    { base: clinic("clinic-fk"), head: clinic("clinic-fk", "monthlyBudgetUsd: 300\n") },
    pulls,
  );

  expect(state.state.state).toBe("fork");
  expect(state.expected).toEqual(["clinic-fk"]);
  expect(stage.aws.calls.all()).toEqual([]);
});

test("a plan that breaks is shown as broken, so that the check does not stay open for ever", async () => {
  const pulls = new OpenPulls().opens(51);
  const commit = "c".repeat(40);
  const gone = async () => {
    throw new Error("the clone is gone");
  };

  const dying = stage.run({ kind: "pull", pull: 51, commit, depth: "full" }, { base: {}, head: {} }, pulls, {
    merge: gone,
  });

  await expect(dying).rejects.toThrow("the clone is gone");
  expect(pulls.now(51)?.state).toMatchObject({ state: "failed", during: "planning" });
});

test("what GitHub merged before the last push is not planned for the last push: the check says that it is to be planned again", async () => {
  const pulls = new OpenPulls().opens(52);
  const commit = pulls.pulls.get(52)?.commit ?? "";
  const files = { base: clinic("clinic-om"), head: clinic("clinic-om", "monthlyBudgetUsd: 300\n") };

  const planning = stage.run({ kind: "pull", pull: 52, commit, depth: "full" }, files, pulls, {
    merges: async () => "b".repeat(40),
  });

  await expect(planning).rejects.toThrow("merge commit of #52 has bbbbbbb");
  expect(pulls.now(52)).toMatchObject({ commit, state: { state: "failed" } });
});

describe("danger", () => {
  test("is marked on the line of the tenant file that caused it", async () => {
    const template = textOf("infra/tenant/tenant.yml").replace(
      /LogGroupName: !Sub \S+\/django$/m,
      (name) => `${name}/\${MonthlyBudgetUsd}`,
    );
    const files = (more: string): Files => ({ ...clinic("clinic-ln", more), "infra/tenant/tenant.yml": template });
    await stage.merge(files("logRetentionDays: 545\nmonthlyBudgetUsd: 300\n"), new OpenPulls());
    const pulls = new OpenPulls().opens(72);

    const head = files("logRetentionDays: 731\nmonthlyBudgetUsd: 310\n");
    const state = await stage.planPull(72, files("logRetentionDays: 545\nmonthlyBudgetUsd: 300\n"), head, pulls);

    const [danger, ...others] = planAnnotations(state);
    expect(others).toEqual([]);
    expect(danger).toMatchObject({ path: "tenants/clinic-ln.yml", level: "failure", startLine: 7, endLine: 7 });
    expect(danger?.title).toContain("DjangoLogs would be replaced");
  });

  test("pitfall 3.4: a plan record somebody forged does not let through what nobody allowed", async () => {
    await stage.merge(clinic("clinic-fg"), new OpenPulls());
    const pulls = new OpenPulls().opens(71);
    const head = clinic("clinic-fg", "monthlyBudgetUsd: 300\n");
    const state = await stage.planPull(71, clinic("clinic-fg"), head, pulls);
    const [planned] = state.plan?.plans ?? [];
    const { records } = stage.cell(production());
    await records.put(`plans/${planned?.stack}/${planned?.fingerprint}.json`, { digest: 7, dangers: "none" });

    const [applied] = await stage.merge(head, pulls, 71);

    expect(applied).toMatchObject({ outcome: "changed" });
    expect(applied?.what).toContain("no plan of this content was stored");
  });
});
