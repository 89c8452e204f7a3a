/** Writing and reading log events. */
import type {
  FilterLogEventsCommandInput,
  FilterLogEventsCommandOutput,
  GetLogEventsCommandInput,
  GetLogEventsCommandOutput,
  PutLogEventsCommandInput,
  PutLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { pageOf } from "../../protocols/pages.ts";
import { eventFilter } from "./filter.ts";
import { groupFor, keptEvents, type LogEvent, streamFor } from "./groups.ts";

type Answer<T> = Omit<T, "$metadata">;

const HOUR = 60 * 60 * 1000;
const LARGEST_BATCH = 1_048_576;
/** What AWS counts for each event beside its message. */
const EVENT_OVERHEAD = 26;
const LARGEST_PAGE = 10_000;

/**
 * Takes a batch in chronological order. Events too far from now are refused one by one, as AWS does.
 *
 * @throws AwsError InvalidParameterException
 */
export function putLogEvents(
  world: World,
  input: PutLogEventsCommandInput,
  { caller }: Call,
): Answer<PutLogEventsCommandOutput> {
  const group = groupFor(world, input, caller);
  const stream = streamFor(group, input.logStreamName);
  const events = input.logEvents ?? [];
  const size = events.reduce((sum, { message = "" }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD, 0);
  if (events.length === 0 || events.length > LARGEST_PAGE || size > LARGEST_BATCH)
    throw new AwsError(
      "InvalidParameterException",
      "Log event batch must have 1 to 10000 events and at most 1048576 bytes.",
    );
  const isOrdered = events.every(({ timestamp = 0 }, index) => timestamp >= (events[index - 1]?.timestamp ?? 0));
  if (!isOrdered)
    throw new AwsError(
      "InvalidParameterException",
      "Log events in a single PutLogEvents request must be in chronological order.",
    );
  const now = world.clock.now();
  const tooNew = events.findIndex(({ timestamp = 0 }) => timestamp > now + 2 * HOUR);
  const tooOld = events.findLastIndex(({ timestamp = 0 }) => timestamp < now - 14 * 24 * HOUR);
  const taken = events.slice(tooOld + 1, tooNew === -1 ? undefined : tooNew);
  const count = stream.events.length;
  for (const [index, { timestamp = 0, message = "" }] of taken.entries()) {
    const eventId = `${String(Math.floor(timestamp)).padStart(20, "0")}${String(count + index).padStart(36, "0")}`;
    stream.events.push({ timestamp, message, ingestionTime: Math.floor(now), eventId });
  }
  stream.events.sort((a, b) => a.timestamp - b.timestamp);
  const rejected = {
    ...(tooNew !== -1 && { tooNewLogEventStartIndex: tooNew }),
    ...(tooOld !== -1 && { tooOldLogEventEndIndex: tooOld + 1 }),
  };
  return {
    nextSequenceToken: String(stream.events.length),
    ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
  };
}

/** Events of one stream, forwards or backwards from a token. A token that gives no events comes back unchanged: the end. */
export function getLogEvents(
  world: World,
  input: GetLogEventsCommandInput,
  { caller }: Call,
): Answer<GetLogEventsCommandOutput> {
  const group = groupFor(world, input, caller);
  const events = within(keptEvents(world, group, streamFor(group, input.logStreamName)), input);
  const most = Math.min(input.limit ?? LARGEST_PAGE, LARGEST_PAGE);
  const { from, to } = window(events.length, most, input);
  return {
    events: events
      .slice(from, to)
      .map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${String(to).padStart(56, "0")}/s`,
    nextBackwardToken: `b/${String(from).padStart(56, "0")}/s`,
  };
}

/** Events of all or some streams of a group that a pattern matches, in the order of their timestamps. */
export function filterLogEvents(
  world: World,
  input: FilterLogEventsCommandInput,
  { caller }: Call,
): Answer<FilterLogEventsCommandOutput> {
  const group = groupFor(world, input, caller);
  const names = input.logStreamNames ?? [...group.streams.keys()];
  const streams = names
    .filter((name) => name.startsWith(input.logStreamNamePrefix ?? ""))
    .map((name) => streamFor(group, name));
  const matches = eventFilter(input.filterPattern ?? "");
  const found = streams
    .flatMap((stream) =>
      within(keptEvents(world, group, stream), upTo(input))
        .filter(({ message }) => matches(message))
        .map((event) => ({ logStreamName: stream.name, ...event })),
    )
    .sort((a, b) => a.timestamp - b.timestamp);
  const page = pageOf(found, {
    token: input.nextToken,
    most: Math.min(input.limit ?? LARGEST_PAGE, LARGEST_PAGE),
    badToken: "InvalidParameterException",
  });
  return { events: [...page.items], searchedLogStreams: [], nextToken: page.next };
}

/** Unlike GetLogEvents, FilterLogEvents gives what happened at `endTime` as well (API reference: later events are not returned). */
function upTo<Input extends { endTime?: number | undefined }>(input: Input): Input {
  return input.endTime === undefined ? input : { ...input, endTime: input.endTime + 1 };
}

/** From `startTime` on, up to but not including `endTime`. */
function within(
  events: readonly LogEvent[],
  {
    startTime = 0,
    endTime = Number.POSITIVE_INFINITY,
  }: { startTime?: number | undefined; endTime?: number | undefined },
): readonly LogEvent[] {
  return events.filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime);
}

function window(
  count: number,
  most: number,
  input: GetLogEventsCommandInput,
): { readonly from: number; readonly to: number } {
  if (input.nextToken === undefined) {
    return input.startFromHead === true
      ? { from: 0, to: Math.min(count, most) }
      : { from: Math.max(0, count - most), to: count };
  }
  const [, direction, digits] = /^([fb])\/(\d{56})\/s$/.exec(input.nextToken) ?? [];
  if (direction === undefined || digits === undefined)
    throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
  const at = Math.min(Number(digits), count);
  return direction === "f" ? { from: at, to: Math.min(count, at + most) } : { from: Math.max(0, at - most), to: at };
}
