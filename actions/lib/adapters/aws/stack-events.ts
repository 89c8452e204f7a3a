import {
  type CloudFormationClient,
  DescribeStackEventsCommand,
  type StackEvent as SdkStackEvent,
} from "@aws-sdk/client-cloudformation";
import { withoutSecrets } from "../../domain/sensitive.ts";
import type { StackEvent } from "../../domain/stack-event.ts";

/**
 * Watches the events of a stack and of the stacks nested in it. Each look reads only as many pages as have news: events come
 * newest first, so the first known one ends the reading.
 */
export function watchEvents(
  client: CloudFormationClient,
  stackId: string,
  since: Date,
): () => Promise<readonly StackEvent[]> {
  const seen = new Set<string>();
  const stacks = new Set([stackId]);
  const read = async (stack: string): Promise<readonly StackEvent[]> => {
    const news: StackEvent[] = [];
    for await (const event of newest(client, stack)) {
      const translated = toStackEvent(event, stack);
      if (translated.at < since || seen.has(translated.id)) break;
      news.push(translated);
    }
    for (const { id } of news) seen.add(id);
    return news;
  };
  return async () => {
    const found: StackEvent[] = [];
    // A stack nested in a nested one is known only once that one's events were read.
    for (let next = [...stacks]; next.length > 0; ) {
      const news = (await Promise.all(next.map(read))).flat();
      found.push(...news);
      next = news.flatMap(({ type, physicalId }) => {
        const known = type !== "AWS::CloudFormation::Stack" || physicalId === undefined || stacks.has(physicalId);
        if (known) return [];
        stacks.add(physicalId);
        return [physicalId];
      });
    }
    return found.sort((a, b) => a.at.getTime() - b.at.getTime());
  };
}

async function* newest(client: CloudFormationClient, stack: string): AsyncGenerator<SdkStackEvent> {
  let token: string | undefined;
  do {
    const page = await client.send(
      new DescribeStackEventsCommand({ StackName: stack, ...(token !== undefined && { NextToken: token }) }),
    );
    yield* page.StackEvents ?? [];
    token = page.NextToken;
  } while (token !== undefined);
}

function toStackEvent(event: SdkStackEvent, stackId: string): StackEvent {
  const { PhysicalResourceId: physicalId, ResourceStatusReason: reason, ClientRequestToken: operation } = event;
  return {
    id: event.EventId ?? "",
    at: event.Timestamp ?? new Date(0),
    stackId,
    logicalId: event.LogicalResourceId ?? "",
    type: event.ResourceType ?? "",
    status: event.ResourceStatus ?? "",
    ...(physicalId !== undefined && physicalId !== "" && { physicalId }),
    ...(reason !== undefined && { reason: withoutSecrets(reason) }),
    ...(operation !== undefined && { operation }),
    ...(event.HookType !== undefined && {
      hook: {
        type: event.HookType,
        failed: (event.HookStatus ?? "").endsWith("FAILED") && event.HookFailureMode !== "WARN",
        reason: withoutSecrets(event.HookStatusReason ?? "no reason given"),
      },
    }),
  };
}
