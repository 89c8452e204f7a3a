import { installCloudFormation } from "../../../aws/cloudformation/install.ts";
import { AwsError, type Call, World } from "../../../aws/kernel.ts";
import { virtualClock } from "../../../conformance/virtual-clock.ts";

const CALL: Call = {
  requestId: "test",
  caller: { account: "123456789012", region: "eu-west-1", arn: "arn:aws:iam::123456789012:user/tester", tags: {} },
};

export interface Change {
  readonly Action: string;
  readonly LogicalResourceId: string;
  readonly Replacement?: string;
  readonly PolicyAction?: string;
  readonly Scope: readonly string[];
  readonly Details: readonly {
    readonly ChangeSource: string;
    readonly CausingEntity?: string;
    readonly Target: Readonly<Record<string, string>>;
  }[];
  readonly BeforeContext?: string;
  readonly AfterContext?: string;
}

export interface ChangeSetView {
  readonly Status: string;
  readonly ExecutionStatus: string;
  readonly StatusReason?: string;
  readonly Changes: readonly Change[];
}

export interface StackView {
  readonly StackId: string;
  readonly StackStatus: string;
  readonly StackStatusReason?: string;
  readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
  readonly LastOperations?: readonly { readonly OperationId: string }[];
}

export interface EventView {
  readonly LogicalResourceId: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
  readonly PhysicalResourceId: string;
  readonly ClientRequestToken?: string;
}

/** CloudFormation alone in a world of its own, in which nothing takes real time. */
export function stage() {
  const world = new World(virtualClock());
  installCloudFormation(world);
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member in the tests.
  const cfn = (operation: string, input: object): Promise<any> =>
    world.invoke("cloudformation", operation, input, CALL);
  const stack = async (name: string): Promise<StackView> =>
    (await cfn("DescribeStacks", { StackName: name })).Stacks[0];
  const settled = async (name: string): Promise<StackView> => {
    for (;;) {
      const view = await stack(name);
      if (!view.StackStatus.endsWith("_IN_PROGRESS") || view.StackStatus === "REVIEW_IN_PROGRESS") return view;
      await world.clock.sleep(1000);
    }
  };
  const changeSet = async (
    StackName: string,
    ChangeSetName: string,
    IncludePropertyValues = false,
  ): Promise<ChangeSetView> => {
    for (;;) {
      const view = await cfn("DescribeChangeSet", { StackName, ChangeSetName, IncludePropertyValues });
      if (view.Status === "CREATE_COMPLETE" || view.Status === "FAILED")
        return { ...view, Changes: view.Changes.map((change: { ResourceChange: Change }) => change.ResourceChange) };
      await world.clock.sleep(500);
    }
  };
  return {
    world,
    call: CALL,
    cfn,
    stack,
    settled,
    changeSet,
    /** Creates and describes a change set. */
    plan: async (
      StackName: string,
      ChangeSetName: string,
      template: object,
      more: object = {},
    ): Promise<ChangeSetView> => {
      await cfn("CreateChangeSet", { StackName, ChangeSetName, TemplateBody: JSON.stringify(template), ...more });
      return changeSet(StackName, ChangeSetName, true);
    },
    /** Creates a stack directly and waits until it has settled. */
    create: async (StackName: string, template: object, more: object = {}): Promise<StackView> => {
      const { StackId } = await cfn("CreateStack", { StackName, TemplateBody: JSON.stringify(template), ...more });
      return settled(StackId);
    },
    update: async (StackName: string, template: object, more: object = {}): Promise<StackView> => {
      const { StackId } = await cfn("UpdateStack", { StackName, TemplateBody: JSON.stringify(template), ...more });
      return settled(StackId);
    },
    /** "LogicalId STATUS", oldest first. */
    history: async (StackName: string): Promise<readonly string[]> => {
      const events: EventView[] = [];
      let NextToken: string | undefined;
      do {
        const page = await cfn("DescribeStackEvents", { StackName, NextToken });
        events.push(...page.StackEvents);
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return events.reverse().map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`);
    },
    /** Code and message of what a call is refused with. */
    refusal: async (operation: string, input: object): Promise<string> => {
      try {
        await cfn(operation, input);
      } catch (cause) {
        if (cause instanceof AwsError) return `${cause.code}: ${cause.message}`;
        throw cause;
      }
      return "accepted";
    },
  };
}

/** A template of these resources, in which a name alone stands for a topic of that name. */
export function template(resources: Readonly<Record<string, object>>, more: object = {}): object {
  return { Resources: resources, ...more };
}

export function topic(properties: object = {}, more: object = {}): object {
  return { Type: "AWS::SNS::Topic", Properties: properties, ...more };
}

export function parameter(value: unknown, more: object = {}): object {
  return { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: value }, ...more };
}
