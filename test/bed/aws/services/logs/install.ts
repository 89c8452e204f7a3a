/** CloudWatch Logs. */
import type {
  CreateLogGroupCommandInput,
  CreateLogStreamCommandInput,
  DescribeLogGroupsCommandInput,
  DescribeLogStreamsCommandInput,
  PutRetentionPolicyCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { pageOf } from "../../protocols/pages.ts";
import { declaredLogOperations } from "./declared.ts";
import { filterLogEvents, getLogEvents, putLogEvents } from "./events.ts";
import {
  createGroup,
  groupFor,
  groupsOf,
  keptEvents,
  type LogGroup,
  type LogStream,
  setRetention,
  streamFor,
} from "./groups.ts";
import { installLogResources } from "./resources.ts";

type GroupName = { readonly logGroupName?: string };

export function installLogs(world: World): void {
  world.services.set("cloudwatch-logs", {
    name: "cloudwatch-logs",
    operations: {
      CreateLogGroup: (input: CreateLogGroupCommandInput, { caller }: Call) => {
        const { logGroupName: name = "", kmsKeyId, logGroupClass, tags } = input;
        createGroup(world, caller, { name, kmsKeyId, class: logGroupClass, tags });
        return {};
      },
      DeleteLogGroup: (input: GroupName, { caller }: Call) => {
        groupsOf(world, caller).delete(groupFor(world, input, caller).name);
        return {};
      },
      DescribeLogGroups: (input: DescribeLogGroupsCommandInput, { caller }: Call) => {
        const { logGroupNamePrefix: prefix = "", logGroupNamePattern: pattern = "" } = input;
        const groups = [...groupsOf(world, caller).values()]
          .filter(({ name }) => name.startsWith(prefix) && name.toLowerCase().includes(pattern.toLowerCase()))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        const page = pageOf(groups, {
          token: input.nextToken,
          most: input.limit ?? 50,
          badToken: "InvalidParameterException",
        });
        return { logGroups: page.items.map(shownGroup), nextToken: page.next };
      },
      PutRetentionPolicy: (input: PutRetentionPolicyCommandInput, { caller }: Call) => {
        setRetention(groupFor(world, input, caller), input.retentionInDays);
        return {};
      },
      DeleteRetentionPolicy: (input: GroupName, { caller }: Call) => {
        setRetention(groupFor(world, input, caller), undefined);
        return {};
      },
      CreateLogStream: (input: CreateLogStreamCommandInput, { caller }: Call) => {
        const group = groupFor(world, input, caller);
        const name = input.logStreamName ?? "";
        if (!/^[^:*]{1,512}$/.test(name))
          throw new AwsError("InvalidParameterException", `Value '${name}' at 'logStreamName' must not contain : or *`);
        if (group.streams.has(name))
          throw new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
        group.streams.set(name, { name, at: Math.floor(world.clock.now()), events: [] });
        return {};
      },
      DeleteLogStream: (input: CreateLogStreamCommandInput, { caller }: Call) => {
        const group = groupFor(world, input, caller);
        group.streams.delete(streamFor(group, input.logStreamName).name);
        return {};
      },
      DescribeLogStreams: (input: DescribeLogStreamsCommandInput, { caller }: Call) =>
        describeStreams(world, input, caller),
      ...declaredLogOperations(world),
      PutLogEvents: (input, call) => putLogEvents(world, input, call),
      GetLogEvents: (input, call) => getLogEvents(world, input, call),
      FilterLogEvents: (input, call) => filterLogEvents(world, input, call),
      TagResource: (input: TagResourceCommandInput, { caller }: Call) => {
        const group = groupFor(world, { logGroupIdentifier: input.resourceArn }, caller);
        for (const [key, value] of Object.entries(input.tags ?? {})) group.tags.set(key, value);
        return {};
      },
      UntagResource: (input: UntagResourceCommandInput, { caller }: Call) => {
        const group = groupFor(world, { logGroupIdentifier: input.resourceArn }, caller);
        for (const key of input.tagKeys ?? []) group.tags.delete(key);
        return {};
      },
      ListTagsForResource: (input: { resourceArn?: string }, { caller }: Call) => ({
        tags: Object.fromEntries(groupFor(world, { logGroupIdentifier: input.resourceArn }, caller).tags),
      }),
      ...filterOperations(world, { kind: "metricFilters", name: "MetricFilter", list: "metricFilters" }),
      ...filterOperations(world, {
        kind: "subscriptionFilters",
        name: "SubscriptionFilter",
        list: "subscriptionFilters",
      }),
    },
  });
  installLogResources(world);
}

/** Metric and subscription filters are kept and shown; nothing flows through them. */
function filterOperations(
  world: World,
  of: { readonly kind: "metricFilters" | "subscriptionFilters"; readonly name: string; readonly list: string },
): Readonly<Record<string, Operation>> {
  return {
    [`Put${of.name}`]: (input, { caller }) => {
      const filters = groupFor(world, input, caller)[of.kind];
      // A filter that is put again is as old as before.
      const { creationTime = Math.floor(world.clock.now()) } = filters.get(input.filterName) ?? {};
      filters.set(input.filterName, { creationTime, ...input });
      return {};
    },
    [`Delete${of.name}`]: (input, { caller }) => {
      if (!groupFor(world, input, caller)[of.kind].delete(input.filterName))
        throw new AwsError("ResourceNotFoundException", `The specified ${of.name.toLowerCase()} does not exist.`);
      return {};
    },
    [`Describe${of.name}s`]: (input, { caller }) => {
      const groups =
        input.logGroupName === undefined ? [...groupsOf(world, caller).values()] : [groupFor(world, input, caller)];
      const filters = groups
        .flatMap((group) => [...group[of.kind].values()])
        .filter(({ filterName }) => String(filterName).startsWith(input.filterNamePrefix ?? ""));
      const page = pageOf(filters, {
        token: input.nextToken,
        most: input.limit ?? 50,
        badToken: "InvalidParameterException",
      });
      return { [of.list]: page.items, nextToken: page.next };
    },
  };
}

function describeStreams(
  world: World,
  input: DescribeLogStreamsCommandInput,
  where: { readonly account: string; readonly region: string },
): object {
  const group = groupFor(world, input, where);
  if (input.orderBy === "LastEventTime" && input.logStreamNamePrefix !== undefined)
    throw new AwsError("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.");
  const streams = [...group.streams.values()]
    .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ""))
    .sort((a, b) => (input.orderBy === "LastEventTime" ? lastTime(a) - lastTime(b) : a.name < b.name ? -1 : 1));
  if (input.descending === true) streams.reverse();
  const page = pageOf(streams, {
    token: input.nextToken,
    most: input.limit ?? 50,
    badToken: "InvalidParameterException",
  });
  return {
    logStreams: page.items.map((stream) => {
      const events = keptEvents(world, group, stream);
      return {
        logStreamName: stream.name,
        creationTime: stream.at,
        firstEventTimestamp: events[0]?.timestamp,
        lastEventTimestamp: events.at(-1)?.timestamp,
        lastIngestionTime: events.at(-1)?.ingestionTime,
        // A stream that nothing was ever written to has none.
        ...(stream.events.length > 0 && { uploadSequenceToken: String(stream.events.length) }),
        arn: `${group.arn}:log-stream:${stream.name}`,
        storedBytes: 0,
      };
    }),
    nextToken: page.next,
  };
}

function lastTime(stream: LogStream): number {
  return stream.events.at(-1)?.timestamp ?? stream.at;
}

function shownGroup(group: LogGroup): object {
  const sizes = [...group.streams.values()].flatMap(({ events }) => events.map(({ message }) => message.length + 26));
  return {
    logGroupName: group.name,
    creationTime: Math.floor(group.at),
    retentionInDays: group.retentionInDays,
    metricFilterCount: group.metricFilters.size,
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    storedBytes: sizes.reduce((sum, size) => sum + size, 0),
    kmsKeyId: group.kmsKeyId,
    logGroupClass: group.class,
  };
}
