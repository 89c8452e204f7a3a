/** Where no whole stack is: none at all, a shell, a first creation or a deletion that failed; and what a deployment makes of it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { desireOf, logs, type StackStage, startStackStage, topic, topicPair } from "../fixtures/stack-stage.ts";

let stage: StackStage;
beforeAll(async () => {
  stage = await startStackStage();
});
afterAll(() => stage.stop());

const [old, next] = [topicPair("old"), topicPair("new")];

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
    await stage.present("state-deleting", old);
    await stage.cfn("DeleteStack", { StackName: "state-deleting" });

    expect((await stage.apply(desireOf("state-deleting", next))).outcome).toBe("applied");

    expect((await stage.live("state-deleting"))?.StackStatus).toBe("CREATE_COMPLETE");
  });
});

describe("a first creation that failed", () => {
  test("pitfall 3.11: ROLLBACK_COMPLETE with nothing left in it is deleted and created again", async () => {
    stage.faults.fail({ stack: "state-undone", logicalId: "B", phase: "create", message: "no", times: 1 });
    await stage.create("state-undone", old);
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
    await stage.create("state-kept", resources);
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
    await stage.create("state-half", resources, { OnFailure: "DO_NOTHING" });
    expect((await stage.settled("state-half"))?.StackStatus).toBe("CREATE_FAILED");

    const outcome = await stage.apply(desireOf("state-half", resources));

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "stack-holds-data" });
    expect("cause" in outcome && outcome.cause).toContain("aws cloudformation rollback-stack --stack-name state-half");
    expect(await stage.existing("state-half")).toContain("Audit");
  });

  test("CREATE_FAILED without data is rolled back, deleted and created again", async () => {
    stage.faults.fail({ stack: "state-failed", logicalId: "B", phase: "create", message: "no", times: 1 });
    await stage.create("state-failed", old, { OnFailure: "DO_NOTHING" });
    expect((await stage.settled("state-failed"))?.StackStatus).toBe("CREATE_FAILED");

    expect((await stage.apply(desireOf("state-failed", next))).outcome).toBe("applied");
  });

  test("ROLLBACK_FAILED is deleted once what held it lets go", async () => {
    stage.faults.fail({ stack: "state-clinging", logicalId: "B", phase: "create", message: "no", times: 1 });
    stage.faults.fail({ stack: "state-clinging", logicalId: "A", phase: "remove", message: "in use", times: 1 });
    await stage.create("state-clinging", old);
    expect((await stage.settled("state-clinging"))?.StackStatus).toBe("ROLLBACK_FAILED");

    expect((await stage.apply(desireOf("state-clinging", next))).outcome).toBe("applied");
  });
});

describe("a deletion that failed", () => {
  test("DELETE_FAILED that lets go at the second try ends in a new stack", async () => {
    await stage.present("state-undeleted", old);
    stage.faults.fail({ stack: "state-undeleted", logicalId: "A", phase: "remove", message: "in use", times: 1 });
    await stage.cfn("DeleteStack", { StackName: "state-undeleted" });
    expect((await stage.settled("state-undeleted"))?.StackStatus).toBe("DELETE_FAILED");

    expect((await stage.apply(desireOf("state-undeleted", next))).outcome).toBe("applied");
  });

  test("DELETE_FAILED again names what does not go and why", async () => {
    await stage.present("state-undeletable", old);
    stage.faults.fail({ stack: "state-undeletable", logicalId: "A", phase: "remove", message: "in use by a queue" });
    await stage.cfn("DeleteStack", { StackName: "state-undeletable" });
    await stage.settled("state-undeletable");

    const outcome = await stage.apply(desireOf("state-undeletable", next));

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "stack-stuck" });
    expect("cause" in outcome && outcome.cause).toMatch(/A: in use by a queue.*; mend the cause, then deploy again$/);
  });

  test("DELETE_FAILED of a stack that is not ours is left alone", async () => {
    await stage.cfn("CreateStack", { StackName: "state-foreign", TemplateBody: JSON.stringify({ Resources: old }) });
    await stage.settled("state-foreign");
    stage.faults.fail({ stack: "state-foreign", logicalId: "A", phase: "remove", message: "in use", times: 1 });
    await stage.cfn("DeleteStack", { StackName: "state-foreign" });
    expect((await stage.settled("state-foreign"))?.StackStatus).toBe("DELETE_FAILED");

    const outcome = await stage.apply(desireOf("state-foreign", next));

    expect("cause" in outcome && outcome.cause).toContain("is not the pipeline's");
    expect((await stage.live("state-foreign"))?.StackStatus).toBe("DELETE_FAILED");
  });
});
