import { apiBuckets, bucketsOf } from "../../domain/limits.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Progress } from "../../ports/progress.ts";
import { type PacedBucket, pacedBucket } from "./scheduler-bucket.ts";
import { callFailure } from "./scheduler-failure.ts";

export interface ScheduledCall {
  readonly service: string;
  readonly operation: string;
  /** Higher goes first among those that wait; 0 if left out. */
  readonly urgency?: number;
}

/** Lets the calls of a process out to one account and region, no faster than it may. */
export interface CallScheduler {
  /** Waits for its turn, calls, and repeats what AWS did not take or what broke on the way. */
  run<T>(call: ScheduledCall, send: () => Promise<T>): Promise<T>;
}

/** AWS Architecture Blog, "Exponential Backoff and Jitter": full jitter; capped, so that nobody waits in silence. */
const firstPauseMs = 500;
const longestPauseMs = 15_000;

/** A broken call is tried so often; it may have had its effect, so it does not go on for ever. */
const triesOfBroken = 8;

/** A throttled call had no effect and is waited out; half an hour of refusals is no throttling any more. */
const throttledAtMostMs = 30 * 60_000;

/** Who waits longer than this says so, once a minute. */
const silentMs = 30_000;

/**
 * @param settings.sharePercent share of AWS's published rates that this process may use
 * @param settings.random uniform numbers from 0 up to 1, for the jitter
 */
export function callScheduler(settings: {
  readonly sharePercent: number;
  readonly clock: Clock;
  readonly progress?: Progress;
  readonly random?: () => number;
}): CallScheduler {
  const { clock, progress, random = Math.random } = settings;
  const buckets = new Map<string, PacedBucket>();
  for (const bucket of apiBuckets) {
    buckets.set(bucket.name, pacedBucket(bucket, settings.sharePercent / 100, clock));
  }
  const said = new Map<string, number>();
  const mention = (subject: string, text: string): void => {
    const now = clock.now().getTime();
    if (now - (said.get(subject) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
    said.set(subject, now);
    progress?.say(text);
  };
  const own = (call: ScheduledCall): readonly PacedBucket[] =>
    bucketsOf(call.service, call.operation).flatMap(({ name }) => buckets.get(name) ?? []);

  const turn = async (call: ScheduledCall): Promise<void> => {
    for (const { name } of bucketsOf(call.service, call.operation)) {
      const bucket = buckets.get(name);
      const since = clock.now().getTime();
      await bucket?.take(call.urgency);
      if (clock.now().getTime() - since > silentMs) {
        mention(name, `AWS's limit on ${name} sets the pace: ${bucket?.waiting() ?? 0} more calls are in line`);
      }
    }
  };

  return {
    run: async (call, send) => {
      const begun = clock.now().getTime();
      for (let tries = 1; ; tries++) {
        await turn(call);
        try {
          const answer = await send();
          for (const bucket of own(call)) bucket.answered();
          return answer;
        } catch (error) {
          const failure = callFailure(error);
          for (const bucket of own(call)) failure === "throttled" ? bucket.throttled() : bucket.answered();
          const waited = clock.now().getTime() - begun;
          const over = failure === "throttled" ? waited > throttledAtMostMs : tries >= triesOfBroken;
          if (failure === "final" || over) throw error;
          if (waited > silentMs) {
            const why =
              failure === "throttled" ? "AWS asks for a slower pace" : `the last try broke (${nameOf(error)})`;
            mention(call.operation, `${call.operation} is tried again: ${why}`);
          }
          await clock.sleep(random() * Math.min(longestPauseMs, firstPauseMs * 2 ** tries));
        }
      }
    },
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
