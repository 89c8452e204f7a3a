import type { BedClock } from "../clock.ts";
import type { Caller } from "./access.ts";
import { GitHubFailure } from "./failure.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

/**
 * GitHub's published limits, https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api: requests an hour
 * for a person and for a job's token on one repository, points a minute for everybody (a write costs five), and requests that
 * make content.
 */
const PUBLISHED = {
  perHour: { anonymous: 60, user: 5000, installation: 1000 },
  pointsPerMinute: 900,
  contentPerMinute: 80,
  contentPerHour: 500,
} as const;

interface Window {
  resetsAt: number;
  used: number;
}

/** Counts what each caller used. Headers are always true; refusals come only when the bed enforces its limits. */
export class RateLimits {
  readonly #clock: BedClock;
  readonly #enforced: boolean;
  readonly #windows = new Map<string, Window>();

  constructor(clock: BedClock, { enforced }: { readonly enforced: boolean }) {
    this.#clock = clock;
    this.#enforced = enforced;
  }

  /**
   * Counts a call.
   *
   * @throws GitHubFailure 403 when the hour's requests are used up, 403 with Retry-After for the secondary limits
   */
  count(caller: Caller, method: string, path: string): void {
    const who = identity(caller);
    const writes = method !== "GET" && method !== "HEAD";
    const hour = this.#use(`hour ${who}`, HOUR, 1);
    if (!this.#enforced) return;
    if (hour.used > PUBLISHED.perHour[caller.kind]) {
      throw new GitHubFailure(403, `API rate limit exceeded for ${caller.kind} ${who}.`);
    }
    const makesContent = writes && /\/(comments|issues|pulls|reviews|check-runs|deployments|statuses)(\/|$)/.test(path);
    const windows = [
      { window: this.#use(`points ${who}`, MINUTE, writes ? 5 : 1), limit: PUBLISHED.pointsPerMinute },
      { window: this.#use(`content-minute ${who}`, MINUTE, makesContent ? 1 : 0), limit: PUBLISHED.contentPerMinute },
      { window: this.#use(`content-hour ${who}`, HOUR, makesContent ? 1 : 0), limit: PUBLISHED.contentPerHour },
    ];
    for (const { window, limit } of windows) {
      if (window.used > limit) throw secondaryLimit(403, Math.ceil((window.resetsAt - this.#clock.now()) / 1000));
    }
  }

  /** The headers every answer carries. */
  headers(caller: Caller): Readonly<Record<string, string>> {
    const limit = PUBLISHED.perHour[caller.kind];
    const window = this.#use(`hour ${identity(caller)}`, HOUR, 0);
    return {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(Math.max(0, limit - window.used)),
      "x-ratelimit-used": String(window.used),
      "x-ratelimit-reset": String(Math.ceil(window.resetsAt / 1000)),
      "x-ratelimit-resource": "core",
    };
  }

  /** The body of GET /rate_limit. */
  overview(caller: Caller) {
    const headers = this.headers(caller);
    const core = {
      limit: Number(headers["x-ratelimit-limit"]),
      used: Number(headers["x-ratelimit-used"]),
      remaining: Number(headers["x-ratelimit-remaining"]),
      reset: Number(headers["x-ratelimit-reset"]),
    };
    return { resources: { core, graphql: { ...core, limit: 5000, used: 0, remaining: 5000 } }, rate: core };
  }

  #use(key: string, length: number, amount: number): Window {
    const now = this.#clock.now();
    const existing = this.#windows.get(key);
    const window = existing !== undefined && existing.resetsAt > now ? existing : { resetsAt: now + length, used: 0 };
    window.used += amount;
    this.#windows.set(key, window);
    return window;
  }
}

/** GitHub's refusal for calling too fast. */
export function secondaryLimit(status: 403 | 429, retryAfterSeconds: number): GitHubFailure {
  return new GitHubFailure(
    status,
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    {
      headers: { "retry-after": String(retryAfterSeconds) },
      docs: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
    },
  );
}

function identity(caller: Caller): string {
  switch (caller.kind) {
    case "anonymous":
      return "anonymous";
    case "user":
      return caller.user.login;
    case "installation":
      return `${caller.app} on ${caller.repository}`;
  }
}
