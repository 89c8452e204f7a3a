import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { hasCode } from "./client.ts";

/** The last minute is read first, then four times as much before it, and so on: what happened last is what somebody looks for. */
const firstMs = 60_000;
const growth = 4;

/** Pages of one stretch of time that are read at the most, each of up to 10,000 lines or 1 MB; pages can also be empty. */
const mostPages = 20;

interface Line {
  readonly at: number;
  readonly text: string;
}

/**
 * The newest lines of a log group, oldest first, each with its time. CloudWatch Logs lists from the oldest on, so a chatty service's whole
 * hour would be read before its last minute.
 *
 * @param wish.until lines that come later are taken as well
 * @returns none of a group that does not exist: it has no line yet
 */
export async function newestLines(
  logs: CloudWatchLogsClient,
  wish: { readonly group: string; readonly since: Date; readonly until: Date; readonly most: number },
): Promise<readonly string[]> {
  const since = wish.since.getTime();
  let found: readonly Line[] = [];
  let [from, to]: [number, number | undefined] = [wish.until.getTime(), undefined];
  for (let span = firstMs; from > since && found.length < wish.most; span *= growth) {
    from = Math.max(since, from - span);
    found = [...(await linesBetween(logs, wish.group, { from, to })), ...found];
    to = from;
  }
  return found.slice(-wish.most).map(({ at, text }) => `${new Date(at).toISOString()} ${text}`);
}

/** @param time.to not included; undefined has no end */
async function linesBetween(
  logs: CloudWatchLogsClient,
  group: string,
  { from, to }: { readonly from: number; readonly to: number | undefined },
): Promise<readonly Line[]> {
  const found: Line[] = [];
  let nextToken: string | undefined;
  try {
    for (let page = 0; page < mostPages; page++) {
      const answer = await logs.send(
        new FilterLogEventsCommand({
          logGroupName: group,
          startTime: from,
          // The end is the last millisecond that counts (API reference, FilterLogEvents: later ones are not returned).
          ...(to !== undefined && { endTime: to - 1 }),
          ...(nextToken !== undefined && { nextToken }),
        }),
      );
      for (const { timestamp, message } of answer.events ?? [])
        found.push({ at: timestamp ?? 0, text: (message ?? "").trimEnd() });
      nextToken = answer.nextToken;
      if (nextToken === undefined) break;
    }
  } catch (error) {
    // A group without a line yet may not exist.
    if (!hasCode(error, "ResourceNotFoundException")) throw error;
  }
  return found.toSorted((a, b) => a.at - b.at);
}
