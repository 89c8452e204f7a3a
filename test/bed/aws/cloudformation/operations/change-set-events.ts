import type { ChangeSet, Stack } from "../stack/state.ts";

/**
 * What DescribeEvents says of a change set, newest first: one event for each thing that was found wrong with it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEvent.html
 */
export function changeSetEvents({
  stack,
  changeSet,
}: {
  readonly stack: Stack;
  readonly changeSet: ChangeSet;
}): readonly object[] {
  const { id, createdAt, problems = [] } = changeSet;
  const operation = {
    StackId: stack.id,
    OperationId: id.split("/").at(-1),
    OperationType: "CREATE_CHANGESET",
    OperationStatus: "FAILED",
    Timestamp: new Date(createdAt),
  };
  return problems
    .map(({ logicalId, type, validation, path, reason }, index) => ({
      ...operation,
      EventId: `${operation.OperationId}-${index}`,
      EventType: "VALIDATION_ERROR",
      DetailedStatus: "VALIDATION_FAILED",
      LogicalResourceId: logicalId,
      PhysicalResourceId: "",
      ResourceType: type,
      ValidationFailureMode: "FAIL",
      ValidationName: validation,
      ValidationStatus: "FAILED",
      ValidationStatusReason: reason,
      ValidationPath: path,
    }))
    .toReversed();
}
