import { expect, test } from "vitest";
import { cloudFormationFaults } from "../../../aws/cloudformation/stack/faults.ts";
import { stage, template, topic } from "./stage.ts";

async function drifts(
  on: ReturnType<typeof stage>,
  name: string,
): Promise<{
  status: string;
  resources: readonly {
    LogicalResourceId: string;
    StackResourceDriftStatus: string;
    PropertyDifferences: readonly object[];
  }[];
}> {
  const { StackDriftDetectionId } = await on.cfn("DetectStackDrift", { StackName: name });
  let status = await on.cfn("DescribeStackDriftDetectionStatus", { StackDriftDetectionId });
  while (status.DetectionStatus === "DETECTION_IN_PROGRESS") {
    await on.world.clock.sleep(1000);
    status = await on.cfn("DescribeStackDriftDetectionStatus", { StackDriftDetectionId });
  }
  const { StackResourceDrifts } = await on.cfn("DescribeStackResourceDrifts", { StackName: name });
  return { status: status.StackDriftStatus, resources: StackResourceDrifts };
}

test("nothing has drifted right after a deployment", async () => {
  const on = stage();
  await on.create("fresh", template({ A: topic({ DisplayName: "a" }) }));
  expect((await drifts(on, "fresh")).status).toBe("IN_SYNC");
});

test("what another actor changed shows with the property, what he deleted as deleted", async () => {
  const on = stage();
  await on.create(
    "other",
    template({ A: topic({ TopicName: "a", DisplayName: "mine" }), B: topic({ TopicName: "b" }) }),
  );
  const faults = cloudFormationFaults(on.world);
  const at = (name: string) => ({
    account: "123456789012",
    region: "eu-west-1",
    type: "AWS::SNS::Topic",
    physicalId: `arn:aws:sns:eu-west-1:123456789012:${name}`,
  });
  faults.tamper(at("a"), { DisplayName: "theirs" });
  faults.tamper(at("b"), undefined);

  const { status, resources } = await drifts(on, "other");

  expect(status).toBe("DRIFTED");
  expect(resources).toMatchObject([
    {
      LogicalResourceId: "A",
      StackResourceDriftStatus: "MODIFIED",
      PropertyDifferences: [
        { PropertyPath: "/DisplayName", ExpectedValue: "mine", ActualValue: "theirs", DifferenceType: "NOT_EQUAL" },
      ],
    },
    { LogicalResourceId: "B", StackResourceDriftStatus: "DELETED" },
  ]);
});
