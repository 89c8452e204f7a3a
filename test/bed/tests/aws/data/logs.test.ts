import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { settingsFor } from "../front/client-settings.ts";

let bed: AwsBed;
let logs: CloudWatchLogsClient;
let now = 0;
const logGroupName = "/mate/hospital-a/django";
beforeAll(async () => {
  bed = await startAwsBed();
  logs = new CloudWatchLogsClient(settingsFor(bed));
  now = Math.floor(bed.world.clock.now());
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
});
afterAll(() => bed.stop());

const stream = (logStreamName: string) => logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
const write = (logStreamName: string, messages: readonly string[], from = now) =>
  logs.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName,
      logEvents: messages.map((message, index) => ({ timestamp: from + index, message })),
    }),
  );
const read = (input: object) =>
  logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: "web/django/1", ...input }));
const filter = async (filterPattern: string) =>
  (await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }))).events?.map(({ message }) => message);

test("the last lines of a stream, and the way back and forth by tokens", async () => {
  await stream("web/django/1");
  await write(
    "web/django/1",
    Array.from({ length: 10 }, (_, index) => `line ${index}`),
  );
  const tail = await read({ limit: 3, startFromHead: false });
  expect(tail.events?.map(({ message }) => message)).toEqual(["line 7", "line 8", "line 9"]);
  const before = await read({ limit: 3, nextToken: tail.nextBackwardToken });
  expect(before.events?.map(({ message }) => message)).toEqual(["line 4", "line 5", "line 6"]);

  const end = await read({ nextToken: tail.nextForwardToken });
  expect([end.events, end.nextForwardToken]).toEqual([[], tail.nextForwardToken]);
  await write("web/django/1", ["line 10"], now + 10);
  expect((await read({ nextToken: tail.nextForwardToken })).events?.map(({ message }) => message)).toEqual(["line 10"]);
});

test("patterns find events across streams in the order of time", async () => {
  await stream("migrate/django/2");
  await write(
    "migrate/django/2",
    ["ERROR relation missing", "WARN slow", '{"level":"error","ms":120}', "ERROR ignored retry"],
    now + 100,
  );
  expect(await filter("ERROR")).toEqual(["ERROR relation missing", "ERROR ignored retry"]);
  expect(await filter("ERROR -retry")).toEqual(["ERROR relation missing"]);
  expect(await filter("?WARN ?relation")).toEqual(["ERROR relation missing", "WARN slow"]);
  expect(await filter('"relation missing"')).toEqual(["ERROR relation missing"]);
  expect(await filter("%line [23]$%")).toEqual(["line 2", "line 3"]);
  expect(await filter('{ $.level = "err*" && $.ms > 100 }')).toEqual(['{"level":"error","ms":120}']);
  await expect(filter("{ $.level ~ 1 }")).rejects.toMatchObject({ name: "InvalidParameterException" });
});

test("a page of a search goes on with its token", async () => {
  const first = await logs.send(new FilterLogEventsCommand({ logGroupName, limit: 2, filterPattern: "line" }));
  const second = await logs.send(
    new FilterLogEventsCommand({ logGroupName, limit: 2, filterPattern: "line", nextToken: first.nextToken }),
  );
  expect(second.events?.map(({ message }) => message)).toEqual(["line 2", "line 3"]);
});

test("batches out of order are refused, events from long ago are left out and said so", async () => {
  await stream("odd");
  const put = (timestamps: readonly number[]) =>
    logs.send(
      new PutLogEventsCommand({
        logGroupName,
        logStreamName: "odd",
        logEvents: timestamps.map((timestamp) => ({ timestamp, message: "x" })),
      }),
    );
  await expect(put([now, now - 1])).rejects.toMatchObject({ name: "InvalidParameterException" });
  const { rejectedLogEventsInfo } = await put([now - 20 * 24 * 60 * 60 * 1000, now]);
  expect(rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
});

test("streams are listed by their last event; what does not exist is named", async () => {
  const { logStreams } = await logs.send(
    new DescribeLogStreamsCommand({ logGroupName, orderBy: "LastEventTime", descending: true }),
  );
  expect(logStreams?.[0]).toMatchObject({ logStreamName: "migrate/django/2", lastEventTimestamp: now + 103 });
  await expect(read({ logStreamName: "none" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "The specified log stream does not exist.",
  });
  await expect(read({ logGroupName: "none" })).rejects.toMatchObject({
    message: "The specified log group does not exist.",
  });
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
    name: "ResourceAlreadyExistsException",
  });
  await expect(logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 8 }))).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
});
