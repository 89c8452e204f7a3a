/** Throttling as AWS does it: each bucket of an account and region holds tokens, a call takes one, tokens come back steadily. */
import type { FaultAtWork } from "./arrival.ts";
import type { FaultOf } from "./fault.ts";
import { publishedBuckets, type TokenBucket } from "./limits.ts";

interface Level {
  tokens: number;
  at: number;
}

/** A call that a bucket has no token for is throttled; it takes no token from its other buckets either. */
export function tokenBuckets(fault: FaultOf<"token-buckets">): FaultAtWork {
  const buckets = Object.entries(fault.buckets ?? publishedBuckets);
  const levels = new Map<string, Level>();
  return {
    meet: (call) => {
      const touched = buckets
        .filter(([, bucket]) => bucket.service === call.service && bucket.operations.includes(call.operation))
        .map(([name, bucket]) => {
          const key = `${name}/${call.account}/${call.region}`;
          const level = refilled(levels.get(key), bucket, call.at);
          levels.set(key, level);
          return level;
        });
      if (touched.some((level) => level.tokens < 1)) return { does: "throttle" };
      for (const level of touched) level.tokens -= 1;
      return undefined;
    },
  };
}

function refilled(level: Level | undefined, bucket: TokenBucket, now: number): Level {
  if (level === undefined) return { tokens: bucket.burst, at: now };
  const gained = ((now - level.at) / 1000) * bucket.refill;
  return { tokens: Math.min(bucket.burst, level.tokens + gained), at: now };
}
