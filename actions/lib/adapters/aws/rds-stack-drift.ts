import {
  type CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DetectStackDriftCommand,
} from "@aws-sdk/client-cloudformation";
import { OperatorError } from "../../domain/operator-error.ts";
import type { Databases } from "../../ports/databases.ts";

/** Whether CloudFormation still takes the database that serves for its own: drift detection of that one resource. */
export function rdsStackDrift(cloudFormation: CloudFormationClient): Pick<Databases, "startComparing" | "differences"> {
  return {
    startComparing: async (StackName, logicalId) => {
      const { StackDriftDetectionId } = await cloudFormation.send(
        new DetectStackDriftCommand({ StackName, LogicalResourceIds: [logicalId] }),
      );
      if (StackDriftDetectionId === undefined) throw new Error("DetectStackDrift answered without an id");
      return StackDriftDetectionId;
    },

    differences: async (comparison, StackName, logicalId) => {
      const run = await cloudFormation.send(
        new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId: comparison }),
      );
      if (run.DetectionStatus === "DETECTION_IN_PROGRESS") return undefined;
      if (run.DetectionStatus !== "DETECTION_COMPLETE") {
        throw new OperatorError(
          "drift-not-known",
          `CloudFormation could not compare ${logicalId} of ${StackName}: ${run.DetectionStatusReason ?? "no reason given"}`,
        );
      }
      const { StackResourceDrifts } = await cloudFormation.send(
        new DescribeStackResourceDriftsCommand({ StackName, StackResourceDriftStatusFilters: ["MODIFIED", "DELETED"] }),
      );
      return (StackResourceDrifts ?? [])
        .filter(({ LogicalResourceId }) => LogicalResourceId === logicalId)
        .flatMap(({ PropertyDifferences, StackResourceDriftStatus }) =>
          StackResourceDriftStatus === "DELETED"
            ? [{ property: logicalId, expected: "there", actual: "gone" }]
            : (PropertyDifferences ?? []).map(({ PropertyPath, ExpectedValue, ActualValue }) => ({
                property: PropertyPath ?? "",
                expected: ExpectedValue ?? "",
                actual: ActualValue ?? "",
              })),
        );
    },
  };
}
