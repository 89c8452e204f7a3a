import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newestLines } from "../../../actions/lib/adapters/aws/newest-lines.ts";
import { type AwsBed, startAwsBed } from "../../bed/aws/bed.ts";
import { settingsFor } from "../../bed/tests/aws/front/client-settings.ts";

const group = "/ecs/mate-clinic-x-production/django";
const minute = 60_000;
let bed: AwsBed;
let logs: CloudWatchLogsClient;
let now = 0;

beforeAll(async () => {
  bed = await startAwsBed();
  logs = new CloudWatchLogsClient(settingsFor(bed));
  now = Math.floor(bed.world.clock.now());
  await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  for (const logStreamName of ["django/1", "django/2"])
    await logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName }));
}, 60_000);
afterAll(() => bed?.stop());

/** @param at minutes ago of each line */
async function write(logStreamName: string, lines: readonly { readonly at: number; readonly message: string }[]) {
  const logEvents = lines.map(({ at, message }) => ({ timestamp: now - Math.round(at * minute), message }));
  await logs.send(new PutLogEventsCommand({ logGroupName: group, logStreamName, logEvents }));
}

function read(minutes: number, most: number): Promise<readonly string[]> {
  const [since, until] = [now - minutes * minute, now].map((at) => new Date(at));
  if (since === undefined || until === undefined) throw new Error("two moments were given");
  return newestLines(logs, { group, since, until, most });
}

const said = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/^\S+ /, ""));

test("a group that is not there yet has no lines", async () => {
  const nothing = { group: "/ecs/mate-nobody-production/django", since: new Date(0), until: new Date(now), most: 5 };

  expect(await newestLines(logs, nothing)).toEqual([]);
});

test("lines of all tasks come in the order of time, each once, with its moment, and none from before", async () => {
  const spread = [119, 61, 60, 21, 20.5, 6, 5, 1.5, 1, 0.5, 0].map((at) => ({ at, message: `${at} minutes ago` }));
  await write(
    "django/1",
    spread.filter((_, index) => index % 2 === 0),
  );
  await write(
    "django/2",
    spread.filter((_, index) => index % 2 === 1),
  );
  await write("django/2", [{ at: -0.1, message: "just now" }]);

  const lines = await read(60, 100);

  expect(said(lines)).toEqual([...spread.slice(2).map(({ message }) => message), "just now"]);
  expect(lines[0]?.slice(0, 24)).toBe(new Date(now - 60 * minute).toISOString());
  expect(said(await read(60, 3))).toEqual(["0.5 minutes ago", "0 minutes ago", "just now"]);
});

test("of an hour with more lines than anybody reads through, it is the last ones that are shown", async () => {
  for (let batch = 0; batch < 21; batch++) {
    const chatter = Array.from({ length: 10_000 }, (_, index) => ({
      at: 55 - batch - index / 20_000,
      message: "GET /",
    }));
    await write("django/1", chatter);
  }

  expect(said(await read(60, 2))).toEqual(["0 minutes ago", "just now"]);
  expect(said(await read(60, 8)).slice(0, 3)).toEqual(["20.5 minutes ago", "6 minutes ago", "5 minutes ago"]);
}, 60_000);
