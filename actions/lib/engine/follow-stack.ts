import type { StackEvent } from "../domain/stack-event.ts";
import type { Clock } from "../ports/clock.ts";
import type { Progress } from "../ports/progress.ts";
import type { Stacks } from "../ports/stacks.ts";
import { waitFor } from "./wait.ts";

/** How an operation of ours ended. */
export interface StackEnd {
  readonly status: string;
  /** Every event of the operation, nested stacks included, oldest first. */
  readonly events: readonly StackEvent[];
}

/** Long operations are looked at a little more rarely than short ones. Milliseconds. */
const pace = [1_000, 1_000, 2_000, 2_000, 2_000, 3_000, 3_000, 5_000];

/** A silence longer than this is broken with what is waited for. Milliseconds. */
const silence = 5 * 60_000;

/**
 * Follows an operation until the stack itself ends it. Only events that carry our token count: what the stack is shown to be right
 * after the call may be the end of an operation before it.
 *
 * @param request.since clock of the caller when the operation was started
 * @param request.atMostMs milliseconds
 * @returns undefined when the time is up; the operation goes on
 */
export async function followStack(
  request: {
    readonly name: string;
    readonly stackId: string;
    readonly token: string;
    readonly since: Date;
    readonly atMostMs: number;
  },
  { stacks, clock, progress }: { readonly stacks: Stacks; readonly clock: Clock; readonly progress: Progress },
): Promise<StackEnd | undefined> {
  const { name, stackId, token } = request;
  // Clocks differ a little; the token, not the time, decides which events are ours.
  const look = stacks.watch(stackId, new Date(request.since.getTime() - 60_000));
  const events: StackEvent[] = [];
  let heard = clock.now().getTime();
  return await waitFor(clock, { everyMs: pace, atMostMs: request.atMostMs }, async () => {
    const news = (await look()).filter((event) => isOurs(event, { stackId, token }));
    events.push(...news);
    const lines = news.filter(isWorthSaying).map((event) => `${name}: ${inWords(event)}`);
    const now = clock.now().getTime();
    if (lines.length === 0 && now - heard > silence) lines.push(`${name}: still waiting for ${underWay(events)}`);
    if (lines.length > 0) heard = now;
    for (const line of lines) progress.say(line);
    const end = events.findLast(({ physicalId, status }) => physicalId === stackId && isTerminal(status));
    return end === undefined ? undefined : { status: end.status, events };
  });
}

/** What the clean-up of an update could not delete, or was told to keep: it exists on, outside the stack, and costs money. */
export function leftBehind({ events }: StackEnd): readonly string[] {
  const last = new Map<string, StackEvent>();
  for (const event of events)
    if (event.status.startsWith("DELETE_")) last.set(event.physicalId ?? event.logicalId, event);
  return [...last.values()].flatMap(({ status, logicalId, physicalId, reason }) => {
    const what = `${logicalId} ${physicalId ?? ""}`.trim();
    if (status === "DELETE_FAILED") return [`${what} could not be deleted: ${reason ?? "no reason given"}`];
    return status === "DELETE_SKIPPED" ? [`${what} was kept, as its policy says`] : [];
  });
}

/** Events of nested stacks carry no token of ours; they are ours because only our operation can be on. */
function isOurs(event: StackEvent, { stackId, token }: { readonly stackId: string; readonly token: string }): boolean {
  return event.stackId === stackId ? event.operation === token : true;
}

/** Ends of an operation; the clean-up after an update and the wait for a rollback are part of it. */
function isTerminal(status: string): boolean {
  return !status.endsWith("_IN_PROGRESS") && status !== "CREATE_FAILED" && status !== "UPDATE_FAILED";
}

function isWorthSaying({ status, hook }: StackEvent): boolean {
  return status.endsWith("_COMPLETE") || status.endsWith("_FAILED") || hook?.failed === true;
}

function inWords({ logicalId, status, reason, hook }: StackEvent): string {
  if (hook?.failed === true) return `${logicalId} refused by ${hook.type} (${hook.reason})`;
  return `${logicalId} ${status}${reason === undefined ? "" : ` (${reason})`}`;
}

function underWay(events: readonly StackEvent[]): string {
  const last = new Map(
    events.map(({ stackId, logicalId, status }) => [`${stackId} ${logicalId}`, { logicalId, status }]),
  );
  const busy = [...last.values()]
    .filter(({ status }) => status.endsWith("_IN_PROGRESS"))
    .map(({ logicalId }) => logicalId);
  return busy.length > 5
    ? `${busy.slice(0, 5).join(", ")} and ${busy.length - 5} more`
    : busy.join(", ") || "its first event";
}
