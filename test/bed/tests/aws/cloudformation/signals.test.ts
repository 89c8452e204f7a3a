import { expect, test } from "vitest";
import { type EventView, stage, template } from "./stage.ts";

const instance = (CreationPolicy: object) => ({
  Type: "AWS::EC2::Instance",
  Properties: { ImageId: "ami-1" },
  CreationPolicy,
});
const two = instance({ ResourceSignal: { Count: 2, Timeout: "PT10M" } });

/** A stage on which a stack waits for the signals of its instance. */
async function waiting(policy: object) {
  const on = stage();
  const TemplateBody = JSON.stringify(template({ Host: policy }));
  const { StackId } = await on.cfn("CreateStack", { StackName: "s", TemplateBody });
  await on.world.clock.sleep(60_000);
  const signal = (UniqueId: string, Status = "SUCCESS"): Promise<object> =>
    on.cfn("SignalResource", { StackName: "s", LogicalResourceId: "Host", UniqueId, Status });
  const reasons = async (): Promise<readonly string[]> => {
    const { StackEvents } = await on.cfn("DescribeStackEvents", { StackName: StackId });
    return StackEvents.map((event: EventView) => event.ResourceStatusReason ?? "");
  };
  return { ...on, StackId, signal, reasons };
}

test("a resource with a creation policy is complete once it has been signalled often enough", async () => {
  const on = await waiting(two);
  expect((await on.stack("s")).StackStatus).toBe("CREATE_IN_PROGRESS");
  await on.signal("a");
  await on.signal("a");
  await on.world.clock.sleep(60_000);
  expect((await on.stack("s")).StackStatus).toBe("CREATE_IN_PROGRESS");

  await on.signal("b");

  expect((await on.settled("s")).StackStatus).toBe("CREATE_COMPLETE");
  expect(await on.reasons()).toEqual(
    expect.arrayContaining(["Received SUCCESS signal with UniqueId a", "Received SUCCESS signal with UniqueId b"]),
  );
});

test("signals that do not come in time fail the resource", async () => {
  const on = await waiting(two);
  await on.signal("a");

  expect((await on.settled(on.StackId)).StackStatus).toBe("ROLLBACK_COMPLETE");
  expect(await on.reasons()).toContain("Failed to receive 1 resource signal(s) within the specified duration");
});

test("a signal of failure ends the wait at once", async () => {
  const on = await waiting(instance({ ResourceSignal: {} }));
  await on.signal("a", "FAILURE");

  expect((await on.settled(on.StackId)).StackStatus).toBe("ROLLBACK_COMPLETE");
  expect(await on.reasons()).toContain(
    "Received 1 FAILURE signal(s) out of 1. Unable to satisfy 100% MinSuccessfulInstancesPercent requirement",
  );
});

test("as many failures are forgiven as the policy's percentage leaves", async () => {
  const on = await waiting(
    instance({
      ResourceSignal: { Count: 2 },
      AutoScalingCreationPolicy: { MinSuccessfulInstancesPercent: 50 },
    }),
  );
  await on.signal("a", "FAILURE");
  await on.signal("b");

  expect((await on.settled("s")).StackStatus).toBe("CREATE_COMPLETE");
});

test("what is not waiting cannot be signalled", async () => {
  const on = await waiting(instance({ ResourceSignal: {} }));
  await on.signal("a");
  await on.settled("s");
  const again = { StackName: "s", LogicalResourceId: "Host", UniqueId: "b", Status: "SUCCESS" };
  expect(await on.refusal("SignalResource", again)).toMatch(/is in no state to be signalled/);
});

test("a deployment that is not to be rolled back stays where it failed", async () => {
  const on = stage();
  const body = template({ Host: instance({ ResourceSignal: { Timeout: "PT1M" } }) });
  const stack = await on.create("s", body, { DeploymentConfig: { DisableRollback: true } });
  expect(stack.StackStatus).toBe("CREATE_FAILED");
});
