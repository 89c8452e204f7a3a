/** A stack whose update did not end well, or is still under way, and what a deployment makes of it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { desireOf, logs, type StackStage, startStackStage, topic, topicPair } from "../fixtures/stack-stage.ts";

let stage: StackStage;
beforeAll(async () => {
  stage = await startStackStage();
});
afterAll(() => stage.stop());

const [old, next] = [topicPair("old"), topicPair("new")];

async function updateRollbackFailed(name: string, times?: number): Promise<void> {
  await stage.present(name, old);
  stage.faults.fail({ stack: name, logicalId: "B", phase: "update", message: "no", times: 1 });
  const stuck = { stack: name, logicalId: "A", phase: "rollback", message: "cannot go back" } as const;
  stage.faults.fail(times === undefined ? stuck : { ...stuck, times });
  await stage.update(name, next);
  expect((await stage.settled(name))?.StackStatus).toBe("UPDATE_ROLLBACK_FAILED");
}

describe("an update that did not end well", () => {
  test("UPDATE_ROLLBACK_COMPLETE takes the next change", async () => {
    await stage.present("state-back", old);
    stage.faults.fail({ stack: "state-back", logicalId: "B", phase: "update", message: "no", times: 1 });
    await stage.update("state-back", next);
    expect((await stage.settled("state-back"))?.StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");

    expect((await stage.apply(desireOf("state-back", next))).outcome).toBe("applied");
  });

  test("pitfall 3.12: UPDATE_ROLLBACK_FAILED is continued, and then the change is made", async () => {
    await updateRollbackFailed("state-stuck", 1);

    expect((await stage.apply(desireOf("state-stuck", next))).outcome).toBe("applied");

    expect((await stage.live("state-stuck"))?.StackStatus).toBe("UPDATE_COMPLETE");
  });

  test("pitfall 3.12: UPDATE_ROLLBACK_FAILED that fails again skips nothing and gives the command with what it costs", async () => {
    await updateRollbackFailed("state-wedged");

    const outcome = await stage.apply(desireOf("state-wedged", next));

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "stack-stuck" });
    expect("cause" in outcome && outcome.cause).toBe(
      "the rollback of state-wedged failed again (A: cannot go back); mend the cause and deploy again, or: aws cloudformation continue-update-rollback --stack-name state-wedged --resources-to-skip A, which leaves A as it is while the stack believes otherwise",
    );
    expect((await stage.live("state-wedged"))?.StackStatus).toBe("UPDATE_ROLLBACK_FAILED");
  });

  test("UPDATE_FAILED is rolled back, and then the change is made", async () => {
    await stage.present("state-paused", old);
    stage.faults.fail({ stack: "state-paused", logicalId: "B", phase: "update", message: "no", times: 1 });
    await stage.update("state-paused", next, { DisableRollback: true });
    expect((await stage.settled("state-paused"))?.StackStatus).toBe("UPDATE_FAILED");

    expect((await stage.apply(desireOf("state-paused", { A: topic("third"), B: topic("third") }))).outcome).toBe(
      "applied",
    );
  });

  test("UPDATE_FAILED that had made something with data is left for a person", async () => {
    await stage.present("state-grown", old);
    stage.faults.fail({ stack: "state-grown", logicalId: "B", phase: "update", message: "no", times: 1 });
    const grown = { ...next, B: topic("new", { DependsOn: ["A", "Audit"] }), Audit: logs(30) };
    await stage.update("state-grown", grown, { DisableRollback: true });
    expect((await stage.settled("state-grown"))?.StackStatus).toBe("UPDATE_FAILED");

    const outcome = await stage.apply(desireOf("state-grown", next));

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "stack-holds-data" });
    expect(await stage.existing("state-grown")).toContain("Audit");
  });
});

describe("an operation of somebody else", () => {
  test.for([
    ["CREATE_IN_PROGRESS", "creating"],
    ["UPDATE_IN_PROGRESS", "updating"],
  ] as const)("%s is waited for, and then the change is made", async ([status, doing]) => {
    const name = `state-${doing}`;
    if (status === "UPDATE_IN_PROGRESS") {
      await stage.present(name, old);
      await stage.update(name, { ...old, A: topic("theirs") });
    } else {
      await stage.create(name, old);
    }
    expect((await stage.live(name))?.StackStatus).toBe(status);

    expect((await stage.apply(desireOf(name, next))).outcome).toBe("applied");

    expect(stage.said).toContain(`${name}: another operation is ${doing}, waiting for it`);
    expect((await stage.live(name))?.StackStatus).toBe("UPDATE_COMPLETE");
  });

  test("pitfall 3.41: UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS is waited for; the stack is not deleted for its name", async () => {
    await stage.present("state-cleaning", old);
    stage.faults.fail({ stack: "state-cleaning", logicalId: "B", phase: "update", message: "no", times: 1 });
    await stage.update("state-cleaning", { ...next, B: topic("new", { DependsOn: ["A", "C"] }), C: topic("new") });
    const { StackId } = (await stage.live("state-cleaning")) ?? {};
    while ((await stage.live("state-cleaning"))?.StackStatus !== "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
      await stage.clock.sleep(200);

    expect((await stage.apply(desireOf("state-cleaning", next))).outcome).toBe("applied");

    expect(await stage.live("state-cleaning")).toMatchObject({ StackId, StackStatus: "UPDATE_COMPLETE" });
  });

  test("pitfall 3.8: one that takes too long is a failure that says how to go on, and the next deployment goes on", async () => {
    const slow = { A: { Type: "AWS::ElasticLoadBalancingV2::TargetGroup", Properties: { Port: 80 } }, B: topic("x") };
    await stage.create("state-slow", slow);

    const early = await stage.apply(desireOf("state-slow", slow), { atMostMs: 1_000 });
    expect(early).toMatchObject({ outcome: "failed", reasonCode: "stack-busy" });

    expect((await stage.apply(desireOf("state-slow", slow))).outcome).toBe("unchanged");
  });
});
