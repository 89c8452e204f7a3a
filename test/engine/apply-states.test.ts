/** A stack in every state CloudFormation can leave one in, and what a deployment makes of it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { desireOf, logs, ourTags, type StackStage, startStackStage, topic } from "../fixtures/stack-stage.ts";

let stage: StackStage;
beforeAll(async () => {
  stage = await startStackStage();
});
afterAll(() => stage.stop());

const body = (resources: Readonly<Record<string, object>>): string => JSON.stringify({ Resources: resources });
const Tags = Object.entries(ourTags).map(([Key, Value]) => ({ Key, Value }));
const old = { A: topic("old"), B: topic("old", { DependsOn: "A" }) };
const next = { A: topic("new"), B: topic("new", { DependsOn: "A" }) };

/** A stack of ours as it was before, complete. */
async function present(name: string, resources: Readonly<Record<string, object>> = old): Promise<void> {
  await stage.cfn("CreateStack", { StackName: name, TemplateBody: body(resources), Tags });
  expect((await stage.settled(name))?.StackStatus).toBe("CREATE_COMPLETE");
}

/** An update by somebody else that gets stuck or fails in the given way. */
async function update(name: string, resources: Readonly<Record<string, object>>, more: object = {}): Promise<void> {
  await stage.cfn("UpdateStack", { StackName: name, TemplateBody: body(resources), Tags, ...more });
}

async function updateRollbackFailed(name: string, times?: number): Promise<void> {
  await present(name);
  stage.faults.fail({ stack: name, logicalId: "B", phase: "update", message: "no", times: 1 });
  const stuck = { stack: name, logicalId: "A", phase: "rollback", message: "cannot go back" } as const;
  stage.faults.fail(times === undefined ? stuck : { ...stuck, times });
  await update(name, next);
  expect((await stage.settled(name))?.StackStatus).toBe("UPDATE_ROLLBACK_FAILED");
}

describe("a stack that does not exist, or only as a shell", () => {
  test("pitfall 3.9: where there is no stack it is created, is protected against termination and has its policy", async () => {
    const outcome = await stage.apply(desireOf("state-none", next));

    expect(outcome.outcome).toBe("applied");
    expect(await stage.live("state-none")).toMatchObject({
      StackStatus: "CREATE_COMPLETE",
      EnableTerminationProtection: true,
    });
    expect(stage.said).toContain("state-none: A CREATE_COMPLETE");
    const { StackPolicyBody } = await stage.cfn("GetStackPolicy", { StackName: "state-none" });
    expect(String(StackPolicyBody)).toContain("Update:Replace");
  });

  test("pitfall 3.5: REVIEW_IN_PROGRESS counts as not there, so the stack is created", async () => {
    await stage.plan(desireOf("state-review", old));
    expect((await stage.live("state-review"))?.StackStatus).toBe("REVIEW_IN_PROGRESS");

    expect((await stage.apply(desireOf("state-review", next))).outcome).toBe("applied");

    expect((await stage.live("state-review"))?.StackStatus).toBe("CREATE_COMPLETE");
  });

  test("DELETE_IN_PROGRESS: it waits for the end and creates the stack again", async () => {
    await present("state-deleting");
    await stage.cfn("DeleteStack", { StackName: "state-deleting" });

    expect((await stage.apply(desireOf("state-deleting", next))).outcome).toBe("applied");

    expect((await stage.live("state-deleting"))?.StackStatus).toBe("CREATE_COMPLETE");
  });
});

describe("a first creation that failed", () => {
  test("pitfall 3.11: ROLLBACK_COMPLETE with nothing left in it is deleted and created again", async () => {
    stage.faults.fail({ stack: "state-undone", logicalId: "B", phase: "create", message: "no", times: 1 });
    await stage.cfn("CreateStack", { StackName: "state-undone", TemplateBody: body(old), Tags });
    expect((await stage.settled("state-undone"))?.StackStatus).toBe("ROLLBACK_COMPLETE");

    expect((await stage.apply(desireOf("state-undone", next))).outcome).toBe("applied");

    expect((await stage.live("state-undone"))?.StackStatus).toBe("CREATE_COMPLETE");
  });

  test("pitfall 3.11: ROLLBACK_COMPLETE that kept a resource with data is not deleted, and says how to go on", async () => {
    stage.faults.fail({ stack: "state-kept", logicalId: "B", phase: "create", message: "no", times: 1 });
    const resources = {
      ...old,
      B: topic("old", { DependsOn: ["A", "Audit"] }),
      Audit: logs(30, { DeletionPolicy: "Retain" }),
    };
    await stage.cfn("CreateStack", { StackName: "state-kept", TemplateBody: body(resources), Tags });
    const before = await stage.settled("state-kept");
    expect(before?.StackStatus).toBe("ROLLBACK_COMPLETE");

    const outcome = await stage.apply(desireOf("state-kept", resources));

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "stack-holds-data" });
    expect("cause" in outcome && outcome.cause).toMatch(
      /ROLLBACK_COMPLETE and is not deleted: Audit may hold data; save what is needed of it, then: aws cloudformation delete-stack --stack-name state-kept, and/,
    );
    expect((await stage.live("state-kept"))?.StackId).toBe(before?.StackId);
  });

  test("pitfall 3.11: CREATE_FAILED holds what was made before the failure and is not taken for empty", async () => {
    stage.faults.fail({ stack: "state-half", logicalId: "B", phase: "create", message: "no", times: 1 });
    const resources = { ...old, B: topic("old", { DependsOn: ["A", "Audit"] }), Audit: logs(30) };
    await stage.cfn("CreateStack", {
      StackName: "state-half",
      TemplateBody: body(resources),
      Tags,
      OnFailure: "DO_NOTHING",
    });
    expect((await stage.settled("state-half"))?.StackStatus).toBe("CREATE_FAILED");

    const outcome = await stage.apply(desireOf("state-half", resources));

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "stack-holds-data" });
    expect("cause" in outcome && outcome.cause).toContain("aws cloudformation rollback-stack --stack-name state-half");
    expect(await stage.existing("state-half")).toContain("Audit");
  });

  test("CREATE_FAILED without data is rolled back, deleted and created again", async () => {
    stage.faults.fail({ stack: "state-failed", logicalId: "B", phase: "create", message: "no", times: 1 });
    await stage.cfn("CreateStack", {
      StackName: "state-failed",
      TemplateBody: body(old),
      Tags,
      OnFailure: "DO_NOTHING",
    });
    expect((await stage.settled("state-failed"))?.StackStatus).toBe("CREATE_FAILED");

    expect((await stage.apply(desireOf("state-failed", next))).outcome).toBe("applied");
  });

  test("ROLLBACK_FAILED is deleted once what held it lets go", async () => {
    stage.faults.fail({ stack: "state-clinging", logicalId: "B", phase: "create", message: "no", times: 1 });
    stage.faults.fail({ stack: "state-clinging", logicalId: "A", phase: "remove", message: "in use", times: 1 });
    await stage.cfn("CreateStack", { StackName: "state-clinging", TemplateBody: body(old), Tags });
    expect((await stage.settled("state-clinging"))?.StackStatus).toBe("ROLLBACK_FAILED");

    expect((await stage.apply(desireOf("state-clinging", next))).outcome).toBe("applied");
  });
});

describe("a deletion that failed", () => {
  test("DELETE_FAILED that lets go at the second try ends in a new stack", async () => {
    await present("state-undeleted");
    stage.faults.fail({ stack: "state-undeleted", logicalId: "A", phase: "remove", message: "in use", times: 1 });
    await stage.cfn("DeleteStack", { StackName: "state-undeleted" });
    expect((await stage.settled("state-undeleted"))?.StackStatus).toBe("DELETE_FAILED");

    expect((await stage.apply(desireOf("state-undeleted", next))).outcome).toBe("applied");
  });

  test("DELETE_FAILED again names what does not go and why", async () => {
    await present("state-undeletable");
    stage.faults.fail({ stack: "state-undeletable", logicalId: "A", phase: "remove", message: "in use by a queue" });
    await stage.cfn("DeleteStack", { StackName: "state-undeletable" });
    await stage.settled("state-undeletable");

    const outcome = await stage.apply(desireOf("state-undeletable", next));

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "stack-stuck" });
    expect("cause" in outcome && outcome.cause).toMatch(/A: in use by a queue.*; mend the cause, then deploy again$/);
  });

  test("DELETE_FAILED of a stack that is not ours is left alone", async () => {
    await stage.cfn("CreateStack", { StackName: "state-foreign", TemplateBody: body(old) });
    await stage.settled("state-foreign");
    stage.faults.fail({ stack: "state-foreign", logicalId: "A", phase: "remove", message: "in use", times: 1 });
    await stage.cfn("DeleteStack", { StackName: "state-foreign" });
    expect((await stage.settled("state-foreign"))?.StackStatus).toBe("DELETE_FAILED");

    const outcome = await stage.apply(desireOf("state-foreign", next));

    expect("cause" in outcome && outcome.cause).toContain("is not the pipeline's");
    expect((await stage.live("state-foreign"))?.StackStatus).toBe("DELETE_FAILED");
  });
});

describe("an update that did not end well", () => {
  test("UPDATE_ROLLBACK_COMPLETE takes the next change", async () => {
    await present("state-back");
    stage.faults.fail({ stack: "state-back", logicalId: "B", phase: "update", message: "no", times: 1 });
    await update("state-back", next);
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
    await present("state-paused");
    stage.faults.fail({ stack: "state-paused", logicalId: "B", phase: "update", message: "no", times: 1 });
    await update("state-paused", next, { DisableRollback: true });
    expect((await stage.settled("state-paused"))?.StackStatus).toBe("UPDATE_FAILED");

    expect((await stage.apply(desireOf("state-paused", { A: topic("third"), B: topic("third") }))).outcome).toBe(
      "applied",
    );
  });

  test("UPDATE_FAILED that had made something with data is left for a person", async () => {
    await present("state-grown");
    stage.faults.fail({ stack: "state-grown", logicalId: "B", phase: "update", message: "no", times: 1 });
    const grown = { ...next, B: topic("new", { DependsOn: ["A", "Audit"] }), Audit: logs(30) };
    await update("state-grown", grown, { DisableRollback: true });
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
      await present(name);
      await update(name, { ...old, A: topic("theirs") });
    } else {
      await stage.cfn("CreateStack", { StackName: name, TemplateBody: body(old), Tags });
    }
    expect((await stage.live(name))?.StackStatus).toBe(status);

    expect((await stage.apply(desireOf(name, next))).outcome).toBe("applied");

    expect(stage.said).toContain(`${name}: another operation is ${doing}, waiting for it`);
    expect((await stage.live(name))?.StackStatus).toBe("UPDATE_COMPLETE");
  });

  test("pitfall 3.41: UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS is waited for; the stack is not deleted for its name", async () => {
    await present("state-cleaning");
    stage.faults.fail({ stack: "state-cleaning", logicalId: "B", phase: "update", message: "no", times: 1 });
    await update("state-cleaning", { ...next, B: topic("new", { DependsOn: ["A", "C"] }), C: topic("new") });
    const { StackId } = (await stage.live("state-cleaning")) ?? {};
    while ((await stage.live("state-cleaning"))?.StackStatus !== "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
      await stage.clock.sleep(200);

    expect((await stage.apply(desireOf("state-cleaning", next))).outcome).toBe("applied");

    expect(await stage.live("state-cleaning")).toMatchObject({ StackId, StackStatus: "UPDATE_COMPLETE" });
  });

  test("pitfall 3.8: one that takes too long is a failure that says how to go on, and the next deployment goes on", async () => {
    const slow = { A: { Type: "AWS::ElasticLoadBalancingV2::TargetGroup", Properties: { Port: 80 } }, B: topic("x") };
    await stage.cfn("CreateStack", { StackName: "state-slow", TemplateBody: body(slow), Tags });

    const early = await stage.apply(desireOf("state-slow", slow), { atMostMs: 1_000 });
    expect(early).toMatchObject({ outcome: "failed", reasonCode: "stack-busy" });

    expect((await stage.apply(desireOf("state-slow", slow))).outcome).toBe("unchanged");
  });
});
