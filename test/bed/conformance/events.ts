import { isArray, isObject } from "./answer.ts";
import type { Json } from "./recording.ts";
import type { Session } from "./session.ts";

export type EventsFormat = "full" | "reduced" | "reduced-no-delete";

type Event = { readonly [key: string]: Json };

/** All events of a stack, newest first. */
export async function stackEvents(session: Session, stackId: string): Promise<readonly Event[]> {
  const events: Event[] = [];
  let token: Json | undefined;
  do {
    const answer = await session.call("cloudformation", "DescribeStackEvents", {
      StackName: stackId,
      ...(token !== undefined && { NextToken: token }),
    });
    if (!isObject(answer) || !isArray(answer.StackEvents)) break;
    events.push(...answer.StackEvents.filter(isObject));
    token = answer.NextToken;
  } while (token !== undefined);
  return events;
}

/** Events by logical id, in one of the forms that the recorder has used over the years. */
export function perResource(events: readonly Event[], format: EventsFormat): Json {
  const chosen = format === "full" ? events : reduced(events, format);
  const groups = Map.groupBy(chosen, (event) =>
    format !== "full" && event.ResourceType === "AWS::CloudFormation::Stack"
      ? "Stack"
      : String(event.LogicalResourceId),
  );
  return Object.fromEntries([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const SHOWN = ["LogicalResourceId", "PhysicalResourceId", "ResourceStatus", "ResourceType", "Timestamp"];

/** Events as the recorder reduced them: oldest first, of repeated ones only one. */
export function reduced(events: readonly Event[], format: EventsFormat): readonly Event[] {
  const kept = events
    .toReversed()
    .filter((event) => event.ResourceStatus !== "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    .filter((event) => format !== "reduced-no-delete" || !String(event.ResourceStatus).startsWith("DELETE_"));
  const merged: Event[] = [];
  for (const event of kept) {
    const last = merged.findLastIndex((other) => other.LogicalResourceId === event.LogicalResourceId);
    const repeats = last >= 0 && merged[last]?.ResourceStatus === event.ResourceStatus;
    if (!repeats) merged.push(event);
    else if (format === "reduced") merged[last] = event;
  }
  return merged.map((event) => Object.fromEntries(SHOWN.map((key) => [key, event[key] ?? null])));
}
