/** One of AWS's token buckets, as seen from here: calls wait in line for a token, and a pace that is too fast is slowed down. */
import type { ApiRate } from "../../domain/limits.ts";
import type { Clock } from "../../ports/clock.ts";

export interface PacedBucket {
  /**
   * Resolves when a call may go out: the most urgent first, and first come, first served among equals.
   *
   * @param urgency higher goes first
   */
  take(urgency?: number): Promise<void>;
  /** Tells that AWS answered a call, other than with "too fast". */
  answered(): void;
  /** Tells that AWS answered "too fast". */
  throttled(): void;
  /** Calls in line. */
  waiting(): number;
}

/** Of so many last calls it is known whether they were throttled. */
const remembered = 20;

/**
 * Above this share of throttled calls somebody else is drinking from the bucket, and the pace is halved. Below it throttling is
 * noise: the one call waits and is repeated, the others go on.
 */
const congestion = 0.2;

/** Least calls after which the pace may be halved again: the effect of the last time has to show first. */
const pauseBetweenHalvings = 8;

/** Share of the full pace that comes back each second without congestion. */
const recovery = 0.05;

/** However often the pace was halved, this share of it stays: waiting must end. */
const slowest = 1 / 16;

/**
 * @param share of AWS's rate that is ours, from 0 to 1
 */
export function pacedBucket(rate: ApiRate, share: number, clock: Clock): PacedBucket {
  const full = Math.max(1, rate.burst * share);
  const perSecond = rate.perSecond * share;
  const line: { readonly urgency: number; readonly go: () => void }[] = [];
  const last: boolean[] = [];
  let tokens = full;
  let pace = 1;
  let at = clock.now().getTime();
  let serving = false;

  const refill = (): void => {
    const now = clock.now().getTime();
    const seconds = Math.max(0, now - at) / 1000;
    at = now;
    tokens = Math.min(full, tokens + seconds * perSecond * pace);
    pace = Math.min(1, pace + seconds * recovery);
  };
  const serve = async (): Promise<void> => {
    serving = true;
    while (line.length > 0) {
      refill();
      if (tokens < 1) {
        await clock.sleep(Math.max(1, ((1 - tokens) / (perSecond * pace)) * 1000));
        continue;
      }
      tokens -= 1;
      line.shift()?.go();
    }
    serving = false;
  };
  const remember = (throttled: boolean): void => {
    last.push(throttled);
    if (last.length > remembered) last.shift();
  };

  return {
    take: async (urgency = 0) => {
      refill();
      if (line.length === 0 && tokens >= 1) {
        tokens -= 1;
        return;
      }
      const turn = new Promise<void>((go) => {
        const behind = line.findLastIndex((other) => other.urgency >= urgency);
        line.splice(behind + 1, 0, { urgency, go });
      });
      if (!serving) void serve();
      await turn;
    },
    answered: () => remember(false),
    throttled: () => {
      refill();
      remember(true);
      const share = last.filter(Boolean).length / last.length;
      if (last.length < pauseBetweenHalvings || share < congestion) return;
      // AWS's bucket is emptier than it looks from here.
      tokens = 0;
      pace = Math.max(slowest, pace / 2);
      last.length = 0;
    },
    waiting: () => line.length,
  };
}
