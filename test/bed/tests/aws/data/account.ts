/** An account in which templates make things and services are asked what they see. Nothing takes real time. */
import { expect } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { AwsError } from "../../../aws/kernel.ts";
import { virtualClock } from "../../../conformance/virtual-clock.ts";

export const ACCOUNT = "123456789012";
const CALLER = { account: ACCOUNT, region: "us-east-1", arn: `arn:aws:iam::${ACCOUNT}:user/test`, tags: {} };

export type Resources = Readonly<Record<string, object>>;

/** Starts it, with a stack of this name to come; `stop` it when the test is over. */
export async function startAccount(StackName = "s") {
  const clock = virtualClock();
  const bed: AwsBed = await startAwsBed({ clock });
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member.
  const ask = (service: string, operation: string, input: object = {}): Promise<any> =>
    bed.world.invoke(service, operation, input, { requestId: "test", caller: CALLER });
  const settle = async (stackId: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const [stack] = (await ask("cloudformation", "DescribeStacks", { StackName: stackId })).Stacks;
      if (!stack.StackStatus.endsWith("_IN_PROGRESS")) return stack;
      await clock.sleep(5_000);
    }
  };
  const change = async (operation: "CreateStack" | "UpdateStack", resources: Resources, outputs: Resources) => {
    const Outputs = Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }]));
    const TemplateBody = JSON.stringify({ Resources: resources, ...(Object.keys(outputs).length > 0 && { Outputs }) });
    const Capabilities = ["CAPABILITY_NAMED_IAM"];
    const { StackId } = await ask("cloudformation", operation, { StackName, TemplateBody, Capabilities });
    const stack = await settle(StackId);
    expect(stack.StackStatus).toBe(operation === "CreateStack" ? "CREATE_COMPLETE" : "UPDATE_COMPLETE");
    const { StackResources } = await ask("cloudformation", "DescribeStackResources", { StackName });
    const shown = (stack.Outputs ?? []) as readonly Readonly<Record<string, string>>[];
    return {
      /** Physical ids by logical id. */
      ids: Object.fromEntries(
        StackResources.map((one: Record<string, string>) => [one.LogicalResourceId, one.PhysicalResourceId]),
      ) as Readonly<Record<string, string>>,
      outputs: Object.fromEntries(shown.map((one) => [one.OutputKey, one.OutputValue])),
    };
  };
  return {
    ask,
    clock,
    create: (resources: Resources, outputs: Resources = {}) => change("CreateStack", resources, outputs),
    update: (resources: Resources, outputs: Resources = {}) => change("UpdateStack", resources, outputs),
    remove: async (): Promise<void> => {
      const [stack] = (await ask("cloudformation", "DescribeStacks", { StackName })).Stacks;
      await ask("cloudformation", "DeleteStack", { StackName });
      expect((await settle(stack.StackId)).StackStatus).toBe("DELETE_COMPLETE");
    },
    /** Code and message of what a call is refused with. */
    refusal: async (service: string, operation: string, input: object = {}): Promise<string> => {
      try {
        await ask(service, operation, input);
      } catch (cause) {
        if (cause instanceof AwsError) return `${cause.code}: ${cause.message}`;
        throw cause;
      }
      return "accepted";
    },
    stop: () => bed.stop(),
  };
}

/** A resource of a type below AWS. */
export function resource(type: string, Properties: object = {}): object {
  return { Type: `AWS::${type}`, Properties };
}

export const ref = (Ref: string): object => ({ Ref });
export const attribute = (logicalId: string, name: string): object => ({ "Fn::GetAtt": [logicalId, name] });

/** A policy that allows one action on everything. */
export const allowing = (Action: string): object => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource: "*" }],
});
