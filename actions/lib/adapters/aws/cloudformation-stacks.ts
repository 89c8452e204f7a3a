import {
  type CloudFormationClient,
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  RollbackStackCommand,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import type { StackResource } from "../../domain/stack.ts";
import { stackPolicy } from "../../domain/stack-policy.ts";
import type { Stacks } from "../../ports/stacks.ts";
import { changeSetRequests } from "./change-set-requests.ts";
import { hasCode } from "./client.ts";
import { watchEvents } from "./stack-events.ts";
import { toStack, toStackResource } from "./stack-shape.ts";
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
  const setPolicy = async (stackId: string, permitted: readonly string[]): Promise<void> => {
    await client.send(
      new SetStackPolicyCommand({ StackName: stackId, StackPolicyBody: JSON.stringify(stackPolicy(permitted)) }),
    );
  };
  return {
    ...changeSetRequests(client, settings),

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

    watch: (stackId, since) => watchEvents(client, stackId, since),

    delete: async (stackId, token) => {
      await client.send(new DeleteStackCommand({ StackName: stackId, ClientRequestToken: token }));
    },

    continueRollback: async (stackId, token) => {
      await client.send(new ContinueUpdateRollbackCommand({ StackName: stackId, ClientRequestToken: token }));
    },

    // Without RetainExceptOnCreate: what is to be kept when it goes is kept, even if it was made just now.
    rollback: async (stackId, token) => {
      await client.send(new RollbackStackCommand({ StackName: stackId, ClientRequestToken: token }));
    },

    protect: async (stackId) => {
      // The policy first: termination protection is what tells the next run that both are set.
      await setPolicy(stackId, []);
      await client.send(
        new UpdateTerminationProtectionCommand({ StackName: stackId, EnableTerminationProtection: true }),
      );
    },

    permit: setPolicy,

    resources: async (stackId) => {
      const resources: StackResource[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListStackResourcesCommand({ StackName: stackId, ...(token !== undefined && { NextToken: token }) }),
        );
        resources.push(...(page.StackResourceSummaries ?? []).map(toStackResource));
        token = page.NextToken;
      } while (token !== undefined);
      return resources.filter(({ status }) => status !== "DELETE_COMPLETE");
    },
  };
}
