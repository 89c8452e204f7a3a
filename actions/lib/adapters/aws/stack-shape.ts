/** What CloudFormation says of a stack → our values. */
import type { Stack as SdkStack, StackResourceSummary } from "@aws-sdk/client-cloudformation";
import { withoutSecrets } from "../../domain/sensitive.ts";
import { type Stack, type StackResource, type StackStatus, stackStatuses } from "../../domain/stack.ts";

/** @throws Error for a status that no documentation knows */
export function toStack(stack: SdkStack): Stack {
  return {
    id: stack.StackId ?? "",
    name: stack.StackName ?? "",
    status: toStatus(stack.StackStatus),
    ...(stack.StackStatusReason !== undefined && { statusReason: withoutSecrets(stack.StackStatusReason) }),
    outputs: pairs(stack.Outputs ?? [], "OutputKey", "OutputValue"),
    parameters: pairs(stack.Parameters ?? [], "ParameterKey", "ParameterValue"),
    tags: pairs(stack.Tags ?? [], "Key", "Value"),
    terminationProtection: stack.EnableTerminationProtection ?? false,
    operations: (stack.LastOperations ?? []).flatMap(({ OperationId }) => OperationId ?? []),
    createdAt: stack.CreationTime ?? new Date(0),
    ...(stack.LastUpdatedTime !== undefined && { updatedAt: stack.LastUpdatedTime }),
  };
}

export function toStackResource(resource: StackResourceSummary): StackResource {
  const { ResourceStatusReason: reason } = resource;
  return {
    logicalId: resource.LogicalResourceId ?? "",
    type: resource.ResourceType ?? "",
    status: resource.ResourceStatus ?? "",
    ...(reason !== undefined && { reason: withoutSecrets(reason) }),
    at: resource.LastUpdatedTimestamp ?? new Date(0),
  };
}

/** A list of keys and values, as AWS writes them, as a record. */
export function pairs<K extends string, V extends string>(
  list: readonly { readonly [key in K | V]?: string | undefined }[],
  key: K,
  value: V,
): Readonly<Record<string, string>> {
  return Object.fromEntries(list.map((entry) => [entry[key] ?? "", entry[value] ?? ""]));
}

function toStatus(status: string | undefined): StackStatus {
  const known = stackStatuses.find((one) => one === status);
  if (known === undefined) throw new Error(`unknown stack status ${String(status)}`);
  return known;
}
