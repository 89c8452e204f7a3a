import {
  type CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetOutput,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  RollbackStackCommand,
  type ResourceChange as SdkResourceChange,
  type Stack as SdkStack,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import { canonicalJson } from "../../domain/fingerprint.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import { type ChangeSet, type Stack, type StackEvent, type StackStatus, stackStatuses } from "../../domain/stack.ts";
import { stackPolicy } from "../../domain/stack-policy.ts";
import type { Stacks } from "../../ports/stacks.ts";
import { droppedChanges, toChangeSet } from "./change-set.ts";
import { hasCode } from "./client.ts";
import type { TemplateArgument } from "./template-upload.ts";

/**
 * Stacks through the CloudFormation API.
 *
 * @param settings.executionRole role CloudFormation itself acts with; the pipeline's roles may not touch resources
 * @param settings.upload makes a template fit for CreateChangeSet
 */
export function cloudFormationStacks(
  client: CloudFormationClient,
  settings: { readonly executionRole: string; readonly upload: (template: string) => Promise<TemplateArgument> },
): Stacks {
  const describe = async (id: string, values: boolean): Promise<[DescribeChangeSetOutput, SdkResourceChange[]]> => {
    const changes: SdkResourceChange[] = [];
    let token: string | undefined;
    let first: DescribeChangeSetOutput | undefined;
    do {
      const page = await client.send(
        new DescribeChangeSetCommand({
          ChangeSetName: id,
          IncludePropertyValues: values,
          ...(token !== undefined && { NextToken: token }),
        }),
      );
      first ??= page;
      for (const change of page.Changes ?? []) {
        if (change.ResourceChange !== undefined) changes.push(change.ResourceChange);
      }
      token = page.NextToken;
    } while (token !== undefined);
    return [first, changes];
  };

  const describeChangeSet = async (id: string): Promise<ChangeSet> => {
    const [description, valued] = await describe(id, true);
    if (!droppedChanges(description)) return toChangeSet(description, valued);
    const [, plain] = await describe(id, false);
    const known = new Map(valued.map((change) => [change.LogicalResourceId, change]));
    return toChangeSet(
      description,
      plain.map((change) => known.get(change.LogicalResourceId) ?? change),
    );
  };

  return {
    find: async (name) => {
      try {
        const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
        return Stacks?.[0] === undefined ? undefined : toStack(Stacks[0]);
      } catch (error) {
        // CloudFormation has no code of its own for "no such stack": by name, this call answers ValidationError for nothing else.
        if (hasCode(error, "ValidationError")) return undefined;
        throw error;
      }
    },

    findChangeSet: async (stack, name) => {
      try {
        const { ChangeSetId } = await client.send(
          new DescribeChangeSetCommand({ StackName: stack, ChangeSetName: name }),
        );
        return ChangeSetId === undefined ? undefined : await describeChangeSet(ChangeSetId);
      } catch (error) {
        if (hasCode(error, "ChangeSetNotFoundException", "ChangeSetNotFound", "ValidationError")) return undefined;
        throw error;
      }
    },

    createChangeSet: async ({ desire, name, kind }) => {
      const command = new CreateChangeSetCommand({
        StackName: desire.name,
        ChangeSetName: name,
        ChangeSetType: kind === "create" ? "CREATE" : "UPDATE",
        ...(await settings.upload(desire.template)),
        Parameters: Object.entries(desire.parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
        Tags: Object.entries(desire.tags).map(([Key, Value]) => ({ Key, Value })),
        Capabilities: ["CAPABILITY_IAM"],
        IncludeNestedStacks: true,
        RoleARN: settings.executionRole,
      });
      const { Id } = await client.send(command).catch((error: unknown): never => {
        // The template or a parameter: CloudFormation looks at both before it begins.
        if (!hasCode(error, "ValidationError")) throw error;
        throw new OperatorError(
          "template-refused",
          `CloudFormation refuses ${desire.name}: ${(error as Error).message}`,
          { cause: error },
        );
      });
      if (Id === undefined) throw new Error("CreateChangeSet answered without an id");
      return Id;
    },

    describeChangeSet,

    isMadeOf: async (id, desire) => {
      const [{ TemplateBody }, { Parameters, Tags }] = await Promise.all([
        client.send(new GetTemplateCommand({ StackName: desire.name, ChangeSetName: id, TemplateStage: "Original" })),
        client.send(new DescribeChangeSetCommand({ ChangeSetName: id })),
      ]);
      const made = {
        template: TemplateBody,
        parameters: pairs(Parameters ?? [], "ParameterKey", "ParameterValue"),
        tags: pairs(Tags ?? [], "Key", "Value"),
      };
      const { template, parameters, tags } = desire;
      return canonicalJson(made) === canonicalJson({ template, parameters, tags });
    },

    deleteChangeSet: async (id) => {
      try {
        await client.send(new DeleteChangeSetCommand({ ChangeSetName: id }));
      } catch (error) {
        if (!hasCode(error, "ChangeSetNotFoundException", "ChangeSetNotFound")) throw error;
      }
    },

    executeChangeSet: async (id, token) => {
      await client.send(new ExecuteChangeSetCommand({ ChangeSetName: id, ClientRequestToken: token }));
    },

    events: (stackId, since) => eventsOf(client, stackId, since),

    delete: async (stackId, token) => {
      await client.send(new DeleteStackCommand({ StackName: stackId, ClientRequestToken: token }));
    },

    continueRollback: async (stackId, token) => {
      await client.send(new ContinueUpdateRollbackCommand({ StackName: stackId, ClientRequestToken: token }));
    },

    rollback: async (stackId, token) => {
      await client.send(
        new RollbackStackCommand({ StackName: stackId, ClientRequestToken: token, RetainExceptOnCreate: true }),
      );
    },

    protect: async (stackId) => {
      await client.send(
        new UpdateTerminationProtectionCommand({ StackName: stackId, EnableTerminationProtection: true }),
      );
      await client.send(
        new SetStackPolicyCommand({ StackName: stackId, StackPolicyBody: JSON.stringify(stackPolicy()) }),
      );
    },

    permit: async (stackId, logicalIds) => {
      await client.send(
        new SetStackPolicyCommand({ StackName: stackId, StackPolicyBody: JSON.stringify(stackPolicy(logicalIds)) }),
      );
    },

    resources: async (stackId) => {
      const { StackResources } = await client.send(new DescribeStackResourcesCommand({ StackName: stackId }));
      return (StackResources ?? [])
        .filter(({ ResourceStatus }) => ResourceStatus !== "DELETE_COMPLETE")
        .map(({ LogicalResourceId, ResourceType }) => ({
          logicalId: LogicalResourceId ?? "",
          type: ResourceType ?? "",
        }));
    },
  };
}

async function eventsOf(client: CloudFormationClient, stackId: string, since: Date): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  const nested = new Set<string>();
  let token: string | undefined;
  do {
    const page = await client.send(
      new DescribeStackEventsCommand({ StackName: stackId, ...(token !== undefined && { NextToken: token }) }),
    );
    token = page.NextToken;
    for (const event of page.StackEvents ?? []) {
      const at = event.Timestamp ?? new Date(0);
      if (at < since) {
        token = undefined;
        break;
      }
      const { PhysicalResourceId: physicalId, ResourceType: type = "" } = event;
      if (
        type === "AWS::CloudFormation::Stack" &&
        physicalId !== undefined &&
        physicalId !== "" &&
        physicalId !== stackId
      ) {
        nested.add(physicalId);
      }
      events.push({
        id: event.EventId ?? "",
        at,
        logicalId: event.LogicalResourceId ?? "",
        type,
        status: event.ResourceStatus ?? "",
        ...(physicalId !== undefined && physicalId !== "" && { physicalId }),
        ...(event.ResourceStatusReason !== undefined && { reason: event.ResourceStatusReason }),
        ...(event.ClientRequestToken !== undefined && { operation: event.ClientRequestToken }),
      });
    }
  } while (token !== undefined);
  const inner = await Promise.all([...nested].map((id) => eventsOf(client, id, since)));
  // DescribeStackEvents gives the newest first.
  return [...events.reverse(), ...inner.flat()].sort((a, b) => a.at.getTime() - b.at.getTime());
}

function toStack(stack: SdkStack): Stack {
  return {
    id: stack.StackId ?? "",
    name: stack.StackName ?? "",
    status: toStatus(stack.StackStatus),
    ...(stack.StackStatusReason !== undefined && { statusReason: stack.StackStatusReason }),
    outputs: pairs(stack.Outputs ?? [], "OutputKey", "OutputValue"),
    parameters: pairs(stack.Parameters ?? [], "ParameterKey", "ParameterValue"),
    tags: pairs(stack.Tags ?? [], "Key", "Value"),
    terminationProtection: stack.EnableTerminationProtection ?? false,
    operations: (stack.LastOperations ?? []).flatMap(({ OperationId }) => OperationId ?? []),
    createdAt: stack.CreationTime ?? new Date(0),
    ...(stack.LastUpdatedTime !== undefined && { updatedAt: stack.LastUpdatedTime }),
  };
}

function pairs<K extends string, V extends string>(
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
