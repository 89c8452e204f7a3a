/** Pull requests of one tenant, from the first plan to the merge of another: what each shows, what its merge does, and what is left of it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PlanComment } from "../../actions/lib/domain/plan-view.ts";
import { OpenPulls } from "../fixtures/open-pulls.ts";
import { clinic, type PlanStage, startPlanStage } from "../fixtures/plan-stage.ts";

let stage: PlanStage;
beforeAll(async () => {
  stage = await startPlanStage();
});
afterAll(() => stage.stop());

function changesIn(shown: PlanComment | undefined, tenant: string): readonly string[] {
  const planned = shown?.plan?.plans.find((one) => one.tenant === tenant);
  return (planned?.resources ?? []).flatMap(({ logicalId, properties }) =>
    properties.map(({ path, before, after }) => `${logicalId}${path}: ${before} → ${after}`),
  );
}

describe("two pull requests for one tenant", () => {
  const budget = clinic("clinic-two", "monthlyBudgetUsd: 300\n");
  const retention = clinic("clinic-two", "logRetentionDays: 545\n");
  const both = clinic("clinic-two", "monthlyBudgetUsd: 300\nlogRetentionDays: 545\n");
  const pulls = new OpenPulls().opens(1).opens(2);

  test("each shows its own change", async () => {
    await stage.merge(clinic("clinic-two"), new OpenPulls());
    await stage.planPull(1, clinic("clinic-two"), budget, pulls);
    await stage.planPull(2, clinic("clinic-two"), retention, pulls);

    expect(changesIn(pulls.now(1), "clinic-two").join()).toContain("Budget");
    expect(changesIn(pulls.now(2), "clinic-two").join()).not.toContain("Budget");
    expect(await stage.changeSetsOf("clinic-two")).toHaveLength(2);
  });

  test("when the first is merged the second says at once that it is stale, and is planned again", async () => {
    const [applied] = await stage.merge(budget, pulls, 1);

    expect(applied?.outcome).toBe("changed");
    expect(pulls.now(1)?.state.state).toBe("deployed");
    expect(pulls.now(2)?.state).toEqual({ state: "stale", because: "#1 changed clinic-two" });
    expect(pulls.plannedAgain).toEqual([2]);
  });

  test("planned again it shows what its merge does now, and its history tells what happened", async () => {
    await stage.planPull(2, budget, both, pulls);

    expect(pulls.now(2)?.state.state).toBe("planned");
    expect(changesIn(pulls.now(2), "clinic-two").length).toBeGreaterThan(0);
    expect(changesIn(pulls.now(2), "clinic-two").join()).not.toContain("Budget");
    expect(pulls.now(2)?.history.map(({ what }) => what)).toEqual([
      "planned 1 tenant at ccccccc",
      "stale: #1 changed clinic-two",
      "planned 1 tenant at ccccccc",
    ]);
  });

  test("its merge applies exactly what its comment showed", async () => {
    const shown = pulls.now(2)?.plan?.plans[0]?.resources.length;

    const [applied] = await stage.merge(both, pulls, 2);

    expect(applied).toMatchObject({ outcome: "changed", what: `${shown} resource${shown === 1 ? "" : "s"}` });
  });
});

test("a pull request that conflicts is stale, and is not sent to be planned", async () => {
  await stage.merge(clinic("clinic-con"), new OpenPulls());
  const pulls = new OpenPulls().opens(1).opens(2).opens(3, { fromFork: true });
  const budget = clinic("clinic-con", "monthlyBudgetUsd: 300\n");
  for (const number of [1, 2, 3]) await stage.planPull(number, clinic("clinic-con"), budget, pulls);
  pulls.conflicts(2);

  await stage.merge(budget, pulls, 1);

  expect(pulls.now(2)?.state.state).toBe("stale");
  expect(pulls.now(3)?.state.state).toBe("planned");
  expect(pulls.plannedAgain).toEqual([]);
});

describe("change sets of plans that nobody will merge", () => {
  const before = clinic("clinic-cs");
  const budget = clinic("clinic-cs", "monthlyBudgetUsd: 300\n");
  const retention = clinic("clinic-cs", "logRetentionDays: 545\n");

  test("planning a pull request anew removes the change set of its plan before", async () => {
    await stage.merge(before, new OpenPulls());
    const pulls = new OpenPulls().opens(11);
    await stage.planPull(11, before, budget, pulls);
    const [old] = await stage.changeSetsOf("clinic-cs");

    await stage.planPull(11, before, retention, pulls);

    const left = await stage.changeSetsOf("clinic-cs");
    expect(left).toHaveLength(1);
    expect(left).not.toContain(old);
  });

  test("closing one of two that want the same leaves the change set to the other; closing both removes it", async () => {
    const pulls = new OpenPulls().opens(12).opens(13);
    await stage.planPull(12, before, budget, pulls);
    await stage.planPull(13, before, budget, pulls);
    const shared = (await stage.changeSetsOf("clinic-cs")).length;

    for (const number of [12, 13]) {
      pulls.closes(number, "closed");
      await stage.run({ kind: "closed", pull: number, commit: "c".repeat(40) }, { base: before, head: before }, pulls);
      expect(pulls.now(number)?.state.state).toBe("closed");
      expect(await stage.changeSetsOf("clinic-cs")).toHaveLength(number === 12 ? shared : shared - 1);
    }
  });
});

describe("the merge queue", () => {
  const before = clinic("clinic-mq");
  const budget = clinic("clinic-mq", "monthlyBudgetUsd: 300\n");
  const group = { kind: "merge-group", commit: "e".repeat(40), base: "f".repeat(40) } as const;

  test("what was reviewed passes without a word, and its review stays what the merge is held against", async () => {
    await stage.merge(before, new OpenPulls());
    const pulls = new OpenPulls().opens(21);
    await stage.planPull(21, before, budget, pulls);

    const state = await stage.run(group, { base: before, head: budget }, pulls);

    expect(state.state.state).toBe("planned");
    expect(state.plan?.plans).toMatchObject([{ tenant: "clinic-mq", notes: [] }]);
    expect((await stage.merge(budget, pulls, 21))[0]?.what).not.toContain("differs");
  });

  test("a combination nobody saw passes with a note if nothing in it can lose data", async () => {
    const both = clinic("clinic-mq", "monthlyBudgetUsd: 400\nlogRetentionDays: 545\n");

    const state = await stage.run(group, { base: budget, head: both }, new OpenPulls());

    expect(state.plan?.plans[0]?.notes).toEqual(["no plan of this content was stored; nothing in it can lose data"]);
  });
});
