import {
  type CloudFormationClient,
  DescribeChangeSetCommand,
  DescribeEventsCommand,
  type OperationEvent,
} from "@aws-sdk/client-cloudformation";
import { withoutSecrets } from "../../domain/sensitive.ts";
import { hasCode } from "./client.ts";

/** Stacks inside stacks inside stacks: more than this is a loop. */
const deepest = 8;

/**
 * Why a change set failed, as far as CloudFormation tells more than its status reason: what it validated early, what hooks said, and
 * why the change set of a nested stack failed, of which the outer one says no more than its ARN (aws-sam-cli issue 2406). Oldest first.
 */
export async function changeSetProblems(
  client: CloudFormationClient,
  id: string,
  depth = 0,
): Promise<readonly string[]> {
  const problems = await eventProblems(client, id);
  if (problems.length > 0) return problems;
  const { StatusReason = "", StackName = "" } = await client.send(new DescribeChangeSetCommand({ ChangeSetName: id }));
  const nested = /arn:[\w-]+:cloudformation:[\w-]*:\d*:changeSet\/[\w-]+\/[\w-]+/.exec(StatusReason)?.[0];
  if (nested !== undefined && nested !== id && depth < deepest)
    return await changeSetProblems(client, nested, depth + 1);
  return depth === 0 ? [] : [withoutSecrets(`nested stack ${StackName}: ${StatusReason}`)];
}

async function eventProblems(client: CloudFormationClient, id: string): Promise<readonly string[]> {
  const problems: string[] = [];
  try {
    for await (const event of failedEvents(client, id)) problems.push(...problemOf(event));
  } catch (error) {
    // A change set that failed before it was validated has no events to describe; its own reason says what is wrong.
    if (!hasCode(error, "ChangeSetNotFoundException", "ChangeSetNotFound", "ValidationError")) throw error;
  }
  // Newest first is how they come.
  return [...new Set(problems.reverse())];
}

async function* failedEvents(client: CloudFormationClient, changeSet: string): AsyncGenerator<OperationEvent> {
  let token: string | undefined;
  do {
    const page = await client.send(
      new DescribeEventsCommand({
        ChangeSetName: changeSet,
        Filters: { FailedEvents: true },
        ...(token !== undefined && { NextToken: token }),
      }),
    );
    yield* page.OperationEvents ?? [];
    token = page.NextToken;
  } while (token !== undefined);
}

/** `Database /Properties/Engine: is not one of … (PROPERTY_VALIDATION)`; nothing for an event that gives no reason. */
function problemOf(event: OperationEvent): readonly string[] {
  const { ValidationName, ValidationStatusReason, ValidationPath, HookType, HookStatusReason } = event;
  const reason = ValidationStatusReason ?? HookStatusReason ?? event.ResourceStatusReason;
  if (reason === undefined) return [];
  const where = [event.LogicalResourceId, ValidationPath].filter((part) => part !== undefined && part !== "").join(" ");
  const by = ValidationName ?? HookType;
  return [withoutSecrets(`${where === "" ? "" : `${where}: `}${reason}${by === undefined ? "" : ` (${by})`}`)];
}
