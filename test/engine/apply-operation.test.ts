/** One operation of a stack from its start to its end: what counts as ours, what counts as the cause, what is left behind. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyStack } from "../../actions/lib/engine/apply-stack.ts";
import type { Stacks } from "../../actions/lib/ports/stacks.ts";
import { hooksOf } from "../bed/aws/cloudformation/stack/hooks.ts";
import { desireOf, type StackStage, startStackStage, topic } from "../fixtures/stack-stage.ts";

let stage: StackStage;
beforeAll(async () => {
  stage = await startStackStage();
});
afterAll(() => stage.stop());

async function deployed(name: string, resources: Readonly<Record<string, object>>): Promise<void> {
  expect((await stage.apply(desireOf(name, resources))).outcome).toBe("applied");
}

describe("pitfall 3.6: a terminal state counts only for our operation", () => {
  test("a stack still shown as complete after the execution is not taken for done", async () => {
    await deployed("ours-stale", { A: topic("1"), B: topic("1") });
    stage.faults.fail({ stack: "ours-stale", logicalId: "A", phase: "update", message: "no wards", times: 1 });
    const healthy = await stage.stacks.find("ours-stale");
    // Whatever is asked of the stack, it is shown as it was before: complete.
    const stale: Stacks = { ...stage.stacks, find: async () => healthy };

    const outcome = await applyStack(
      { desire: desireOf("ours-stale", { A: topic("2"), B: topic("1") }), allowed: [], atMostMs: 3_600_000 },
      { stacks: stale, clock: stage.clock, progress: { say: () => {} } },
    );

    expect(outcome).toMatchObject({ outcome: "failed", cause: "A (AWS::SNS::Topic) UPDATE_FAILED: no wards" });
  });

  test("reads that are a minute out of date do not end an operation early", async () => {
    await deployed("ours-late", { A: topic("1") });
    const stop = stage.aws.faults.add({
      kind: "stale-reads",
      match: { service: "cloudformation", operations: ["DescribeStacks"] },
      milliseconds: 20_000,
    });

    const outcome = await stage.apply(desireOf("ours-late", { A: topic("2") }));
    stop();

    expect(outcome.outcome).toBe("applied");
    expect((await stage.live("ours-late"))?.StackStatus).toBe("UPDATE_COMPLETE");
  });
});

describe("pitfall 3.10: the first cause, not the last consequence", () => {
  test("the resource that failed is named, not those that were cancelled because of it", async () => {
    stage.faults.fail({
      stack: "cause-first",
      logicalId: "Bad",
      phase: "create",
      message: "quota of topics",
      afterSeconds: 1,
    });
    const resources = { Slow: { Type: "AWS::KMS::Key", Properties: { KeyPolicy: {} } }, Bad: topic("1") };

    const outcome = await stage.apply(desireOf("cause-first", resources));

    expect(outcome).toMatchObject({
      outcome: "failed",
      reasonCode: "stack-failed",
      cause: "Bad (AWS::SNS::Topic) CREATE_FAILED: quota of topics",
    });
    expect("evidence" in outcome && outcome.evidence.at(-1)).toBe("1 others were cancelled because of it");
  });

  test("a cause inside a nested stack is found, told while it happens, and the stack is undone", async () => {
    stage.faults.fail({ logicalId: "Inside", phase: "create", message: "deep inside", times: 1 });
    const deep = await stage.nested({ Inside: topic("1") });

    const outcome = await stage.apply(
      desireOf("cause-nested", { Data: await stage.nested({ Deep: deep }), B: topic("1") }),
    );

    expect(outcome).toMatchObject({
      outcome: "failed",
      reasonCode: "stack-failed",
      cause: "Inside (AWS::SNS::Topic) CREATE_FAILED: deep inside",
    });
    expect(stage.said).toContain("cause-nested: Inside CREATE_FAILED (deep inside)");
    expect(await stage.live("cause-nested")).toBeUndefined();
  });

  test("a cause inside a nested stack of an update is found, and the nested stack is as it was", async () => {
    const resources = async (label: string) => ({
      Data: await stage.nested({ Inside: topic(label) }),
      B: topic(label),
    });
    await deployed("cause-nested-update", await resources("1"));
    stage.faults.fail({ logicalId: "Inside", phase: "update", message: "no wards", times: 1 });

    const outcome = await stage.apply(desireOf("cause-nested-update", await resources("2")));

    expect(outcome).toMatchObject({ outcome: "failed", cause: "Inside (AWS::SNS::Topic) UPDATE_FAILED: no wards" });
    expect((await stage.live("cause-nested-update"))?.StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect((await stage.apply(desireOf("cause-nested-update", await resources("2")))).outcome).toBe("applied");
  });

  test("a hook that refuses a resource is the cause, with what it says; one that only warns is not", async () => {
    const unencrypted = "topics must be encrypted";
    const encryption = { type: "MateHealth::Encryption::Hook", targets: ["AWS::SNS::Topic"], mode: "FAIL" } as const;
    const warning = { ...encryption, type: "MateHealth::Naming::Hook", mode: "WARN" } as const;
    hooksOf(stage.aws.world).push(
      {
        ...encryption,
        verdict: ({ properties }) => (properties.KmsMasterKeyId === undefined ? unencrypted : undefined),
      },
      { ...warning, verdict: () => "topics should have names" },
    );
    const encrypted = { Type: "AWS::SNS::Topic", Properties: { KmsMasterKeyId: "alias/aws/sns" } };

    const refused = await stage.apply(desireOf("cause-hook", { A: topic("1") }));
    const inside = await stage.apply(desireOf("cause-hook-in", { Data: await stage.nested({ A: topic("1") }) }));
    const good = await stage.apply(desireOf("cause-hook", { A: encrypted }));
    hooksOf(stage.aws.world).length = 0;

    const cause =
      "A (AWS::SNS::Topic) refused by a hook: MateHealth::Encryption::Hook: Hook failed with message: topics must be encrypted";
    expect(refused).toMatchObject({ outcome: "failed", reasonCode: "stack-failed", cause });
    expect(inside).toMatchObject({ outcome: "failed", reasonCode: "stack-failed", cause });
    expect(stage.said).toContain(
      "cause-hook: A refused by MateHealth::Encryption::Hook (Hook failed with message: topics must be encrypted)",
    );
    expect(good.outcome).toBe("applied");
  });

  test("a first creation that failed leaves nothing that refuses the next one", async () => {
    stage.faults.fail({ stack: "cause-gone", logicalId: "A", phase: "create", message: "no", times: 1 });

    expect((await stage.apply(desireOf("cause-gone", { A: topic("1") }))).outcome).toBe("failed");

    expect(await stage.live("cause-gone")).toBeUndefined();
    expect((await stage.apply(desireOf("cause-gone", { A: topic("1") }))).outcome).toBe("applied");
  });
});

test("pitfall 3.13: what an update could not delete is told with its id, although the stack is complete", async () => {
  await deployed("left", { A: topic("1"), Old: topic("1") });
  stage.faults.fail({ stack: "left", logicalId: "Old", phase: "remove", message: "has subscriptions" });

  const outcome = await stage.apply(desireOf("left", { A: topic("1") }));

  expect((await stage.live("left"))?.StackStatus).toBe("UPDATE_COMPLETE");
  expect("notes" in outcome && outcome.notes.at(-1)).toMatch(
    /^Old arn:aws:sns:.* could not be deleted: has subscriptions$/,
  );
});

test("pitfall 3.8: an operation that takes too long is a failure, and the next deployment takes its end up", async () => {
  const slow = { Key: { Type: "AWS::KMS::Key", Properties: { KeyPolicy: {} } }, A: topic("1") };

  const early = await stage.apply(desireOf("slow", slow), { atMostMs: 2_000 });

  expect(early).toMatchObject({ outcome: "failed", reasonCode: "stack-slow" });
  expect("cause" in early && early.cause).toContain("the next deployment waits for it and goes on from there");
  expect((await stage.apply(desireOf("slow", slow))).outcome).toBe("unchanged");
  expect(await stage.live("slow")).toMatchObject({ StackStatus: "CREATE_COMPLETE", EnableTerminationProtection: true });
});

describe("pitfall 3.20: what happens on the way does not change what happens to the stack", () => {
  test("throttled reads only make it slower", async () => {
    await deployed("way-throttled", { A: topic("1") });
    const stop = stage.aws.faults.add({
      kind: "throttling",
      match: { service: "cloudformation", operations: ["Describe*", "List*", "Get*"] },
      percent: 40,
    });

    const outcome = await stage.apply(desireOf("way-throttled", { A: topic("2") }));
    stop();

    expect(outcome.outcome).toBe("applied");
  });

  test.for(["CreateChangeSet", "ExecuteChangeSet"])(
    "a connection lost after %s had its effect does nothing twice",
    async (operation) => {
      const name = `way-${operation.toLowerCase()}`;
      await deployed(name, { A: topic("1") });
      const stop = stage.aws.faults.add({
        kind: "connection",
        match: { service: "cloudformation", operations: [operation] },
        when: "after-effect",
      });

      const outcome = await stage.apply(desireOf(name, { A: topic("2") }));
      stop();

      expect(outcome.outcome).toBe("applied");
      const { StackEvents } = await stage.cfn<{
        StackEvents: readonly { LogicalResourceId: string; ResourceStatus: string }[];
      }>("DescribeStackEvents", { StackName: name });
      const updates = StackEvents.filter(
        ({ LogicalResourceId, ResourceStatus }) => LogicalResourceId === name && ResourceStatus === "UPDATE_COMPLETE",
      );
      expect(updates).toHaveLength(1);
    },
  );

  test("a deployment killed after it started an operation is taken up by the next, which starts nothing new", async () => {
    await deployed("way-killed", { A: topic("1") });
    const killed: Stacks = {
      ...stage.stacks,
      watch: () => async () => {
        throw new Error("the runner is gone");
      },
    };
    const desire = desireOf("way-killed", { A: topic("2") });
    const dying = applyStack(
      { desire, allowed: [], atMostMs: 3_600_000 },
      { stacks: killed, clock: stage.clock, progress: { say: () => {} } },
    );
    await expect(dying).rejects.toThrow("the runner is gone");

    expect((await stage.apply(desire)).outcome).toBe("unchanged");

    const { TemplateBody } = await stage.cfn("GetTemplate", { StackName: "way-killed" });
    expect(TemplateBody).toBe(desire.template);
  });
});

test("each call that changes something is traced with AWS's request id, and reads are not", async () => {
  const { calls } = await stage.trace.within(() => stage.apply(desireOf("traced", { A: topic("1") })));

  expect(calls.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
    "CreateChangeSet ok",
    "ExecuteChangeSet ok",
    "SetStackPolicy ok",
    "UpdateTerminationProtection ok",
  ]);
  for (const { requestId } of calls) expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
});
