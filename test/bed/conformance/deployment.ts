import { AwsError } from "../aws/kernel.ts";
import { isArray, isObject } from "./answer.ts";
import type { DeployStep, Json } from "./recording.ts";
import { type Session, stackStatus } from "./session.ts";

/** A deployment whose stack did not end well, with what the recorder's tests look at then. */
export class DeploymentFailed extends AwsError {
  readonly description: Json;
  readonly events: Json;
  constructor(message: string, { stack, events }: { readonly stack: Json; readonly events: Json }) {
    super("StackDeployError", message);
    this.description = stack;
    this.events = events;
  }
}

/** Waits until a stack has settled; its description then. */
export async function settle(session: Session, stackName: string): Promise<Json> {
  const answer = await session.poll(
    async () => {
      await signalWaitConditions(session, stackName);
      return session.call("cloudformation", "DescribeStacks", { StackName: stackName });
    },
    (described) => !stackStatus(described).endsWith("_IN_PROGRESS"),
  );
  if (answer === undefined) throw new AwsError("WaiterError", `${stackName} never settled`);
  return isObject(answer) && isArray(answer.Stacks) ? (answer.Stacks[0] ?? null) : null;
}

/** The recorder's tests signalled theirs by an HTTP request to the handle's address, which no step shows. */
async function signalWaitConditions(session: Session, stackName: string): Promise<void> {
  const answer = await session.call("cloudformation", "ListStackResources", { StackName: stackName });
  const resources = isObject(answer) && isArray(answer.StackResourceSummaries) ? answer.StackResourceSummaries : [];
  for (const resource of resources.filter(isObject)) {
    if (
      resource.ResourceType !== "AWS::CloudFormation::WaitCondition" ||
      resource.ResourceStatus !== "CREATE_IN_PROGRESS"
    )
      continue;
    const signal = { LogicalResourceId: resource.LogicalResourceId, UniqueId: "replay", Status: "SUCCESS" };
    await session.call("cloudformation", "SignalResource", { StackName: stackName, ...signal });
  }
}

/** Waits until a change set is complete or has failed; its description then. */
export async function settleChangeSet(session: Session, params: object): Promise<Json> {
  const answer = await session.poll(
    () => session.call("cloudformation", "DescribeChangeSet", params),
    (described) => isObject(described) && /^(CREATE_COMPLETE|FAILED)$/.test(String(described.Status)),
  );
  if (answer === undefined) throw new AwsError("WaiterError", "the change set never settled");
  return answer;
}

/** Change set, wait, execute, wait, describe: the recorder's way to deploy a template. */
export async function deploy(session: Session, step: DeployStep, number: number): Promise<Json> {
  const created = await session.call("cloudformation", "CreateChangeSet", {
    StackName: step.stackName,
    ChangeSetName: `change-set-${number}`,
    ChangeSetType: step.changeSetType,
    TemplateBody: step.templateBody,
    Parameters: step.parameters,
    Capabilities: step.capabilities,
  });
  const { Id = "", StackId = "" } = isObject(created) ? created : {};
  const changeSet = await settleChangeSet(session, { ChangeSetName: Id });
  if (isObject(changeSet) && changeSet.Status === "FAILED")
    throw new AwsError("WaiterError", `change set failed: ${String(changeSet.StatusReason)}`);
  await session.call("cloudformation", "ExecuteChangeSet", { ChangeSetName: Id });
  const stack = await settle(session, String(StackId));
  const status = isObject(stack) ? String(stack.StackStatus) : "";
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(status)) {
    const answer = await session.call("cloudformation", "DescribeStackEvents", { StackName: StackId });
    const events = isObject(answer) && isArray(answer.StackEvents) ? answer.StackEvents : [];
    const reasons = events.flatMap((event) =>
      isObject(event) && event.ResourceStatusReason !== undefined ? [String(event.ResourceStatusReason)] : [],
    );
    throw new DeploymentFailed(`${status}: ${reasons.join(" | ")}`, { stack, events });
  }
  const outputs = isObject(stack) && isArray(stack.Outputs) ? stack.Outputs : [];
  return {
    StackId,
    StackName: step.stackName,
    ChangeSetId: Id,
    Outputs: Object.fromEntries(
      outputs.flatMap((output) => (isObject(output) ? [[String(output.OutputKey), output.OutputValue ?? ""]] : [])),
    ),
  };
}
