/** What the Tasks port promises about the log of a task, which operators read when it failed. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import { beforeAll, describe, expect, test } from "vitest";
import { ecsTasks } from "../../actions/lib/adapters/aws/ecs-tasks.ts";
import { systemClock } from "../../actions/lib/adapters/clock.ts";
import type { Place } from "./place.ts";

const logGroupName = "/ecs/mate-hospital-a-production/migrate";

export function logsSuite(place: () => Place): void {
  describe("logs of a task", () => {
    let read: (stream: string, lines: number) => Promise<readonly string[]>;
    beforeAll(async () => {
      const logs = new CloudWatchLogsClient(place().settings);
      const tasks = ecsTasks(new ECSClient(place().settings), logs, systemClock());
      read = (stream, lines) => tasks.log(logGroupName, stream, lines);
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
      for (const logStreamName of ["migrate/long", "migrate/empty", "migrate/settings"])
        await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
      const timestamp = Date.now() - 60_000;
      const logEvents = Array.from({ length: 120 }, (_, index) => ({
        timestamp: timestamp + index,
        message: `line ${index + 1} – ünïcode`,
      }));
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: "migrate/long", logEvents }));
      const settings = { timestamp, message: "cannot connect: DATABASE_USER=mate DATABASE_PASSWORD=hunter2" };
      await logs.send(
        new PutLogEventsCommand({ logGroupName, logStreamName: "migrate/settings", logEvents: [settings] }),
      );
    });

    test("the last lines come, oldest first", async () => {
      expect(await read("migrate/long", 3)).toEqual([118, 119, 120].map((number) => `line ${number} – ünïcode`));
    });

    test("a log shorter than asked for comes whole", async () => {
      expect(await read("migrate/long", 500)).toHaveLength(120);
    });

    test("what a task printed of its secrets is no evidence for everybody", async () => {
      expect(await read("migrate/settings", 50)).toEqual([
        "cannot connect: DATABASE_USER=mate DATABASE_PASSWORD=(sensitive)",
      ]);
    });

    test.for([
      ["a task that said nothing", "migrate/empty"],
      ["a task that never started", "migrate/missing"],
    ])("%s has no lines", async ([, stream]) => {
      expect(await read(stream as string, 50)).toEqual([]);
    });
  });
}
