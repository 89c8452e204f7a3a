import type { Stack, StackResource } from "../stack/state.ts";
import { parameterShapes } from "./change-set-shape.ts";

/** A stack as DescribeStacks gives it. Which members are there in which state is as recorded from AWS. */
export function describeStack(stack: Stack): object {
  const { options, blueprint, status } = stack;
  const deleted = status === "DELETE_COMPLETE";
  const inReview = status === "REVIEW_IN_PROGRESS";
  const parameters = parameterShapes([...(blueprint?.parameters.values() ?? [])]);
  const description = blueprint?.document.Description;
  const last = stack.operations.at(-1);
  return {
    StackId: stack.id,
    StackName: stack.name,
    ...(stack.changeSetId !== undefined && { ChangeSetId: stack.changeSetId }),
    ...(description !== undefined && { Description: String(description) }),
    ...(parameters.length > 0 && { Parameters: parameters }),
    CreationTime: new Date(stack.createdAt),
    ...(stack.deletedAt !== undefined && { DeletionTime: new Date(stack.deletedAt) }),
    ...(stack.updatedAt !== undefined && { LastUpdatedTime: new Date(stack.updatedAt) }),
    RollbackConfiguration: options.rollbackConfiguration,
    StackStatus: status,
    ...(stack.reason !== undefined && { StackStatusReason: stack.reason }),
    DisableRollback: stack.disableRollback,
    ...(last?.express === true && {
      DeploymentConfig: { Mode: "EXPRESS", DisableRollback: stack.disableRollback },
    }),
    NotificationARNs: options.notificationArns,
    ...(stack.timeoutMinutes !== undefined && { TimeoutInMinutes: stack.timeoutMinutes }),
    ...(options.capabilities.length > 0 && { Capabilities: options.capabilities }),
    ...(stack.outputs.length > 0 && { Outputs: stack.outputs.map(outputShape) }),
    ...(options.roleArn !== undefined && { RoleARN: options.roleArn }),
    Tags: options.tags,
    ...(!deleted && { EnableTerminationProtection: stack.terminationProtection }),
    ...(stack.parent !== undefined && { ParentId: stack.parent.parentId, RootId: stack.parent.rootId }),
    DriftInformation: driftOf(stack),
    ...(!inReview && last !== undefined && { LastOperations: [{ OperationType: last.type, OperationId: last.id }] }),
  };
}

/** A stack as ListStacks gives it. */
export function summarizeStack(stack: Stack): object {
  const description = stack.blueprint?.document.Description;
  return {
    StackId: stack.id,
    StackName: stack.name,
    ...(description !== undefined && { TemplateDescription: String(description) }),
    CreationTime: new Date(stack.createdAt),
    ...(stack.updatedAt !== undefined && { LastUpdatedTime: new Date(stack.updatedAt) }),
    ...(stack.deletedAt !== undefined && { DeletionTime: new Date(stack.deletedAt) }),
    StackStatus: stack.status,
    ...(stack.reason !== undefined && { StackStatusReason: stack.reason }),
    ...(stack.parent !== undefined && { ParentId: stack.parent.parentId, RootId: stack.parent.rootId }),
    DriftInformation: driftOf(stack),
  };
}

export interface ResourceShape {
  readonly StackId: string;
  readonly StackName: string;
  readonly Timestamp: Date;
}

/** A resource as DescribeStackResources gives it. */
export function resourceShape(stack: Stack, resource: StackResource): ResourceShape {
  const { declared, physicalId, reason, drift } = resource;
  const shape = {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    ...(physicalId !== "" && { PhysicalResourceId: physicalId }),
    ResourceType: declared.type,
    Timestamp: new Date(resource.at),
    ResourceStatus: resource.status,
    ...(reason !== undefined && !resource.status.endsWith("COMPLETE") && { ResourceStatusReason: reason }),
    ...(declared.description !== undefined && { Description: declared.description }),
    DriftInformation: {
      StackResourceDriftStatus: drift.status,
      ...(drift.at !== undefined && { LastCheckTimestamp: new Date(drift.at) }),
    },
  };
  return shape;
}

function outputShape({ key, value, description, exportName }: Stack["outputs"][number]): object {
  return {
    OutputKey: key,
    OutputValue: value,
    ...(description !== undefined && { Description: description }),
    ...(exportName !== undefined && { ExportName: exportName }),
  };
}

function driftOf({ drift }: Stack): object {
  return { StackDriftStatus: drift.status, ...(drift.at !== undefined && { LastCheckTimestamp: new Date(drift.at) }) };
}
