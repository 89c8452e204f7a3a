/** Reviewed is what is applied: what happens when something changed between the plan and the merge. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dangersOf, planDigest } from "../../actions/lib/domain/plan.ts";
import type { ReviewedPlan } from "../../actions/lib/domain/review.ts";
import type { StackDesire } from "../../actions/lib/domain/stack.ts";
import { changeSetName } from "../../actions/lib/engine/plan-stack.ts";
import { desireOf, logs, type StackStage, startStackStage, topic } from "../fixtures/stack-stage.ts";

let stage: StackStage;
beforeAll(async () => {
  stage = await startStackStage();
});
afterAll(() => stage.stop());

const reason = "the audit trail was archived, see ticket 12";

/** Plans as a pull request does, and keeps what a reviewer saw. */
async function review(
  desire: StackDesire,
  allowed: readonly { resource: string; reason: string }[] = [],
): Promise<ReviewedPlan> {
  const plan = await stage.plan(desire);
  if (plan.outcome !== "planned") throw new Error(`${plan.outcome}: ${"cause" in plan ? plan.cause : ""}`);
  return { digest: planDigest(plan.changes), dangers: dangersOf(plan.changes, allowed) };
}

async function deployed(name: string, resources: Readonly<Record<string, object>>): Promise<void> {
  expect((await stage.apply(desireOf(name, resources))).outcome).toBe("applied");
}

async function behindOurBack(name: string, resources: Readonly<Record<string, object>>): Promise<void> {
  await stage.update(name, resources);
  await stage.settled(name);
}

describe("nothing happened in between", () => {
  test("the very change set that was reviewed is executed, and nothing is said about it", async () => {
    await deployed("review-same", { A: topic("1") });
    const desire = desireOf("review-same", { A: topic("2") });
    const reviewed = await review(desire);
    const { Summaries } = await stage.cfn<{ Summaries: readonly { ChangeSetId: string }[] }>("ListChangeSets", {
      StackName: "review-same",
    });

    expect(await stage.apply(desire, { reviewed })).toMatchObject({ outcome: "applied", notes: [] });

    const [planned] = Summaries;
    expect(await stage.cfn("DescribeChangeSet", { ChangeSetName: planned?.ChangeSetId })).toMatchObject({
      ExecutionStatus: "EXECUTE_COMPLETE",
    });
  });

  test("applying again what was just applied finds nothing to do", async () => {
    await deployed("review-twice", { A: topic("1") });

    expect((await stage.apply(desireOf("review-twice", { A: topic("1") }))).outcome).toBe("unchanged");
  });
});

describe("pitfall 3.4: a change set is what its content says, not its name", () => {
  test("one that is OBSOLETE because the stack moved on is made again", async () => {
    await deployed("review-obsolete", { A: topic("1"), B: topic("1") });
    const desire = desireOf("review-obsolete", { A: topic("2"), B: topic("1") });
    const reviewed = await review(desire);
    await behindOurBack("review-obsolete", { A: topic("1"), B: topic("9") });

    const outcome = await stage.apply(desire, { reviewed });

    expect(outcome).toMatchObject({
      outcome: "applied",
      notes: ["differs from the reviewed plan, harmlessly: the stack changed in between"],
    });
    expect("changes" in outcome && outcome.changes.map(({ logicalId }) => logicalId)).toEqual(["A", "B"]);
  });

  test("one that is gone is made again, and being the same nothing is said about it", async () => {
    await deployed("review-gone", { A: topic("1") });
    const desire = desireOf("review-gone", { A: topic("2") });
    const reviewed = await review(desire);
    await stage.cfn("DeleteChangeSet", { StackName: "review-gone", ChangeSetName: changeSetName(desire) });

    expect(await stage.apply(desire, { reviewed })).toMatchObject({ outcome: "applied", notes: [] });
  });

  test("one of other content under the reviewed name is never executed", async () => {
    await deployed("review-forged", { A: topic("1") });
    const desire = desireOf("review-forged", { A: topic("2") });
    await forge(desire, { A: topic("forged") });

    expect((await stage.apply(desire)).outcome).toBe("applied");

    const { TemplateBody } = await stage.cfn("GetTemplate", { StackName: "review-forged" });
    expect(TemplateBody).toBe(desire.template);
  });

  test("one of the reviewed content that asks to delete the stack on failure is never executed", async () => {
    const desire = desireOf("review-trap", { A: topic("1"), B: topic("1", { DependsOn: "A" }) });
    await forge(
      desire,
      { A: topic("1"), B: topic("1", { DependsOn: "A" }) },
      { ChangeSetType: "CREATE", OnStackFailure: "DELETE" },
    );

    expect((await stage.apply(desire)).outcome).toBe("applied");

    const { ChangeSetId } = await stage.cfn("DescribeChangeSet", {
      StackName: "review-trap",
      ChangeSetName: changeSetName(desire),
    });
    expect((await stage.cfn("DescribeChangeSet", { ChangeSetName: ChangeSetId })).OnStackFailure).toBeUndefined();
  });

  test("one of the reviewed content that would also undo what was changed by hand is never executed", async () => {
    await deployed("review-revert", { A: topic("1"), B: topic("1") });
    const desire = desireOf("review-revert", { A: topic("2"), B: topic("1") });
    await forge(desire, { A: topic("2"), B: topic("1") }, { DeploymentMode: "REVERT_DRIFT" });
    const forged = await stage.cfn("DescribeChangeSet", {
      StackName: desire.name,
      ChangeSetName: changeSetName(desire),
    });

    const plan = await stage.plan(desire);

    expect(plan).toMatchObject({ outcome: "planned" });
    expect("changeSet" in plan && plan.changeSet).not.toBe(forged.ChangeSetId);
  });

  test("two runs that plan the same content at the same time share one change set", async () => {
    await deployed("review-shared", { A: topic("1") });
    const desire = desireOf("review-shared", { A: topic("2") });

    const [one, other] = await Promise.all([stage.plan(desire), stage.plan(desire)]);

    expect(one).toMatchObject({ outcome: "planned" });
    expect("changeSet" in other && other.changeSet).toBe("changeSet" in one && one.changeSet);
  });

  async function forge(desire: StackDesire, resources: object, more: object = {}): Promise<void> {
    await stage.cfn("CreateChangeSet", {
      StackName: desire.name,
      ChangeSetName: changeSetName(desire),
      TemplateBody: JSON.stringify({ Resources: resources }),
      Capabilities: ["CAPABILITY_IAM"],
      Tags: Object.entries(desire.tags).map(([Key, Value]) => ({ Key, Value })),
      ...more,
    });
    await stage.clock.sleep(10_000);
  }
});

describe("something with data would go", () => {
  test("a removal nobody allowed is held, and nothing is changed", async () => {
    await deployed("review-held", { A: topic("1"), Audit: logs(30) });

    const outcome = await stage.apply(desireOf("review-held", { A: topic("2") }));

    expect(outcome).toMatchObject({ outcome: "held", reasonCode: "not-reviewed", dangers: [{ logicalId: "Audit" }] });
    expect(await stage.existing("review-held")).toEqual(["A", "Audit"]);
  });

  test("a removal that was reviewed and allowed is done, and the protection is there again afterwards", async () => {
    await deployed("review-allowed", { A: topic("1"), Audit: logs(30) });
    const desire = desireOf("review-allowed", { A: topic("1") });
    const allowed = [{ resource: "Audit", reason }];
    const reviewed = await review(desire, allowed);

    expect((await stage.apply(desire, { allowed, reviewed })).outcome).toBe("applied");

    expect(await stage.existing("review-allowed")).toEqual(["A"]);
    const { StackPolicyBody } = await stage.cfn("GetStackPolicy", { StackName: "review-allowed" });
    expect(String(StackPolicyBody)).not.toContain("Audit");
  });

  test("a removal that is allowed but that no reviewer saw, because it came in behind their back, is held", async () => {
    await deployed("review-behind", { A: topic("1") });
    const desire = desireOf("review-behind", { A: topic("2") });
    const reviewed = await review(desire);
    await behindOurBack("review-behind", { A: topic("1"), Audit: logs(30) });

    const outcome = await stage.apply(desire, { allowed: [{ resource: "Audit", reason }], reviewed });

    expect(outcome.outcome).toBe("held");
    expect("cause" in outcome && outcome.cause).toContain("which the reviewed plan did not show");
    expect(await stage.existing("review-behind")).toEqual(["A", "Audit"]);
  });

  test("a replacement is held by the stack policy even if a change set says there is none", async () => {
    const bucket = (name: string): object => ({ Type: "AWS::S3::Bucket", Properties: { BucketName: name } });
    await deployed("review-policy", { Files: bucket("review-policy-one") });
    await stage.cfn("UpdateStack", {
      StackName: "review-policy",
      TemplateBody: JSON.stringify({ Resources: { Files: bucket("review-policy-two") } }),
    });

    expect((await stage.settled("review-policy"))?.StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  });
});

test("a stack that moves on between the look and the execution is planned again", async () => {
  await deployed("review-race", { A: topic("1"), B: topic("1") });
  const desire = desireOf("review-race", { A: topic("2"), B: topic("1") });
  let overtaken = false;
  const racing: typeof stage.stacks = {
    ...stage.stacks,
    executeChangeSet: async (id, token) => {
      if (!overtaken) await behindOurBack("review-race", { A: topic("1"), B: topic("9") });
      overtaken = true;
      return await stage.stacks.executeChangeSet(id, token);
    },
  };
  const { applyStack } = await import("../../actions/lib/engine/apply-stack.ts");

  const outcome = await applyStack(
    { desire, allowed: [], atMostMs: 3_600_000 },
    { stacks: racing, clock: stage.clock, progress: { say: () => {} } },
  );

  expect(outcome.outcome).toBe("applied");
  const { TemplateBody } = await stage.cfn("GetTemplate", { StackName: "review-race" });
  expect(TemplateBody).toBe(desire.template);
});
