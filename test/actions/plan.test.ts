/** Pull requests of one tenant, from the first plan to the merge of another: what each shows, and what its merge does. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import type { PlanComment } from "../../actions/lib/domain/plan-view.ts";
import { planAnnotations } from "../../actions/lib/report/plan-check.ts";
import { type AnswerPorts, answer } from "../../actions/plan/answer.ts";
import type { PlanSubject } from "../../actions/plan/subject.ts";
import { planSubject } from "../../actions/plan/subject.ts";
import { textOf } from "../contract/committed.ts";
import { deployStacks } from "../fixtures/deploy-stacks.ts";
import { OpenPulls } from "../fixtures/open-pulls.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: Rehearsal;
beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
});
afterAll(() => stage.stop());

const links = { run: "https://run", summary: "https://run" };
const clinic = (name: string, more = ""): Files => ({ [`tenants/${name}.yml`]: standardTenant(name, more) });
const progress = { say: (): void => {} };

const production = (): Environment => stage.production(smallFleet({}));

/** What a run of plan.yml does about a subject. */
async function run(
  subject: PlanSubject,
  { base, head }: { readonly base: Files; readonly head: Files },
  pulls: OpenPulls,
  merges?: string,
): Promise<PlanComment> {
  const files = {
    merge: async () => ({ base: stage.declarations(smallFleet(base)), head: stage.declarations(smallFleet(head)) }),
    merges: async () => merges ?? subject.commit,
    now: async () => stage.declarations(smallFleet(base)),
  };
  const viewOf: AnswerPorts["viewOf"] = ({ pull }) => pulls.view(pull ?? 0);
  const cost = () => ({ floor: 1, ceiling: 2, unknown: [] });
  return await answer(
    { subject, links },
    { files, viewOf, cells: stage.cell, cost, pulls, clock: stage.clock, progress },
  );
}

async function plan(number: number, base: Files, head: Files, pulls: OpenPulls): Promise<PlanComment> {
  const commit = pulls.pulls.get(number)?.commit ?? "";
  return await run({ kind: "pull", pull: number, commit, depth: "full" }, { base, head }, pulls);
}

const merge = (files: Files, pulls: OpenPulls, pull?: number): Promise<readonly StageOutcome[]> =>
  deployStacks({ stage, files, pulls, ...(pull !== undefined && { pull }) });

async function changeSetsOf(tenant: string): Promise<readonly string[]> {
  const { Summaries } = await stage.invoke<{ Summaries: readonly { ChangeSetName: string }[] }>(
    "cloudformation",
    "ListChangeSets",
    { StackName: `mate-${tenant}-production` },
  );
  return Summaries.map(({ ChangeSetName }) => ChangeSetName);
}

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
    await merge(clinic("clinic-two"), new OpenPulls());
    await plan(1, clinic("clinic-two"), budget, pulls);
    await plan(2, clinic("clinic-two"), retention, pulls);

    expect(changesIn(pulls.now(1), "clinic-two").join()).toContain("Budget");
    expect(changesIn(pulls.now(2), "clinic-two").join()).not.toContain("Budget");
    expect(await changeSetsOf("clinic-two")).toHaveLength(2);
  });

  test("when the first is merged the second says at once that it is stale, and is planned again", async () => {
    const [applied] = await merge(budget, pulls, 1);

    expect(applied?.outcome).toBe("changed");
    expect(pulls.now(1)?.state.state).toBe("deployed");
    expect(pulls.now(2)?.state).toEqual({ state: "stale", because: "#1 changed clinic-two" });
    expect(pulls.plannedAgain).toEqual([2]);
  });

  test("planned again it shows what its merge does now, and its history tells what happened", async () => {
    await plan(2, budget, both, pulls);

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

    const [applied] = await merge(both, pulls, 2);

    expect(applied).toMatchObject({ outcome: "changed", what: `${shown} resource${shown === 1 ? "" : "s"}` });
  });
});

test("a pull request that conflicts is stale, and is not sent to be planned", async () => {
  await merge(clinic("clinic-con"), new OpenPulls());
  const pulls = new OpenPulls().opens(1).opens(2).opens(3, { fromFork: true });
  const budget = clinic("clinic-con", "monthlyBudgetUsd: 300\n");
  for (const number of [1, 2, 3]) await plan(number, clinic("clinic-con"), budget, pulls);
  pulls.conflicts(2);

  await merge(budget, pulls, 1);

  expect(pulls.now(2)?.state.state).toBe("stale");
  expect(pulls.now(3)?.state.state).toBe("planned");
  expect(pulls.plannedAgain).toEqual([]);
});

describe("change sets of plans that nobody will merge", () => {
  const before = clinic("clinic-cs");
  const budget = clinic("clinic-cs", "monthlyBudgetUsd: 300\n");
  const retention = clinic("clinic-cs", "logRetentionDays: 545\n");

  test("planning a pull request anew removes the change set of its plan before", async () => {
    await merge(before, new OpenPulls());
    const pulls = new OpenPulls().opens(11);
    await plan(11, before, budget, pulls);
    const [old] = await changeSetsOf("clinic-cs");

    await plan(11, before, retention, pulls);

    const left = await changeSetsOf("clinic-cs");
    expect(left).toHaveLength(1);
    expect(left).not.toContain(old);
  });

  test("closing one of two that want the same leaves the change set to the other; closing both removes it", async () => {
    const pulls = new OpenPulls().opens(12).opens(13);
    await plan(12, before, budget, pulls);
    await plan(13, before, budget, pulls);
    const shared = (await changeSetsOf("clinic-cs")).length;

    for (const number of [12, 13]) {
      pulls.closes(number, "closed");
      await run({ kind: "closed", pull: number, commit: "c".repeat(40) }, { base: before, head: before }, pulls);
      expect(pulls.now(number)?.state.state).toBe("closed");
      expect(await changeSetsOf("clinic-cs")).toHaveLength(number === 12 ? shared : shared - 1);
    }
  });
});

describe("the merge queue", () => {
  const before = clinic("clinic-mq");
  const budget = clinic("clinic-mq", "monthlyBudgetUsd: 300\n");
  const group = { kind: "merge-group", commit: "e".repeat(40), base: "f".repeat(40) } as const;

  test("what was reviewed passes without a word, and its review stays what the merge is held against", async () => {
    await merge(before, new OpenPulls());
    const pulls = new OpenPulls().opens(21);
    await plan(21, before, budget, pulls);

    const state = await run(group, { base: before, head: budget }, pulls);

    expect(state.state.state).toBe("planned");
    expect(state.plan?.plans).toMatchObject([{ tenant: "clinic-mq", notes: [] }]);
    expect((await merge(budget, pulls, 21))[0]?.what).not.toContain("differs");
  });

  test("a combination nobody saw passes with a note if nothing in it can lose data", async () => {
    const both = clinic("clinic-mq", "monthlyBudgetUsd: 400\nlogRetentionDays: 545\n");

    const state = await run(group, { base: budget, head: both }, new OpenPulls());

    expect(state.plan?.plans[0]?.notes).toEqual(["no plan of this content was stored; nothing in it can lose data"]);
  });
});

test("tenants that an earlier deployment left unsettled are named in every plan", async () => {
  await merge(clinic("clinic-un"), new OpenPulls());
  const { records } = stage.cell(production());
  const record = { since: "2026-11-01T00:00:00Z", history: [], cause: "quota of topics", issue: "https://issue/7" };
  await records.put("operations/unsettled/hospital-z.json", record);

  const pulls = new OpenPulls().opens(31);
  const state = await plan(31, clinic("clinic-un"), clinic("clinic-un", "monthlyBudgetUsd: 300\n"), pulls);
  await records.delete("operations/unsettled/hospital-z.json");

  expect(state.unsettled).toEqual([
    { tenant: "hospital-z", environment: "production", cause: "quota of topics", issue: "https://issue/7" },
  ]);
});

test("a fork's pull request is checked without a single call to AWS", async () => {
  stage.aws.calls.clear();
  const pulls = new OpenPulls().opens(41, { fromFork: true });
  const subject = await planSubject({ event: "workflow_dispatch" }, { pull: 41, depth: "full" }, pulls);

  const state = await run(
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
  const files = {
    merge: async () => {
      throw new Error("the clone is gone");
    },
    merges: async () => "c".repeat(40),
    now: async () => stage.declarations(smallFleet({})),
  };
  const dying = answer(
    { subject: { kind: "pull", pull: 51, commit: "c".repeat(40), depth: "full" }, links },
    {
      ...{ files, pulls, clock: stage.clock, progress, cells: stage.cell, viewOf: () => pulls.view(51) },
      cost: () => ({ floor: 1, ceiling: 2, unknown: [] }),
    },
  );

  await expect(dying).rejects.toThrow("the clone is gone");
  expect(pulls.now(51)?.state).toMatchObject({ state: "failed", during: "planning" });
});

test("what GitHub merged before the last push is not planned for the last push: the check says that it is to be planned again", async () => {
  const pulls = new OpenPulls().opens(52);
  const commit = pulls.pulls.get(52)?.commit ?? "";
  const files = { base: clinic("clinic-om"), head: clinic("clinic-om", "monthlyBudgetUsd: 300\n") };

  const planning = run({ kind: "pull", pull: 52, commit, depth: "full" }, files, pulls, "b".repeat(40));

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
    await merge(files("logRetentionDays: 545\nmonthlyBudgetUsd: 300\n"), new OpenPulls());
    const pulls = new OpenPulls().opens(72);

    const head = files("logRetentionDays: 731\nmonthlyBudgetUsd: 310\n");
    const state = await plan(72, files("logRetentionDays: 545\nmonthlyBudgetUsd: 300\n"), head, pulls);

    const [danger, ...others] = planAnnotations(state);
    expect(others).toEqual([]);
    expect(danger).toMatchObject({ path: "tenants/clinic-ln.yml", level: "failure", startLine: 7, endLine: 7 });
    expect(danger?.title).toContain("DjangoLogs would be replaced");
  });

  test("pitfall 3.4: a plan record somebody forged does not let through what nobody allowed", async () => {
    await merge(clinic("clinic-fg"), new OpenPulls());
    const pulls = new OpenPulls().opens(71);
    const head = clinic("clinic-fg", "monthlyBudgetUsd: 300\n");
    const state = await plan(71, clinic("clinic-fg"), head, pulls);
    const [planned] = state.plan?.plans ?? [];
    const { records } = stage.cell(production());
    await records.put(`plans/${planned?.stack}/${planned?.fingerprint}.json`, { digest: 7, dangers: "none" });

    const [applied] = await merge(head, pulls, 71);

    expect(applied).toMatchObject({ outcome: "changed" });
    expect(applied?.what).toContain("no plan of this content was stored");
  });
});
