/** Requests to GitHub that wait as GitHub asks, and are tried again where that is safe. */

export interface Patience {
  /** Waits, milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const tries = 5;

/** The longest that one request waits for its turn, in seconds. Whoever would have to wait longer is better told. */
const longestWait = 180;

/** Without a word about how long, GitHub asks for a minute, and then for more and more. Seconds. */
const unsaidWait = 60;

/**
 * Waits and repeats where a limit was met (403 or 429: nothing was done) for any request, never before GitHub allows it: who goes on
 * asking is locked out (REST docs, "Rate limits", "Exceeding the rate limit"). On 5xx or a broken connection it repeats only what changes
 * nothing or can be done twice (REST docs, "Best practices").
 *
 * @returns GitHub's answer; the refusal itself where the wait would be too long
 */
export function patientFetch(send: typeof fetch, { sleep, now }: Patience): typeof fetch {
  return async (address, options) => {
    const target = String(address instanceof Request ? address.url : address);
    const repeatable = isRepeatable(options?.method ?? "GET", target);
    for (let attempt = 1; ; attempt++) {
      const last = attempt === tries;
      try {
        const response = await send(address, options);
        const wait = (await limitWait(response, attempt, now())) ?? faultWait(response, repeatable);
        if (wait === undefined || wait > longestWait || last) return response;
        await sleep(wait * 1000);
      } catch (error) {
        if (!repeatable || last) throw error;
        await sleep(2 ** attempt * 250);
      }
    }
  };
}

/**
 * What is told twice shows the same twice: deployments, checks (the newest of a name counts), reactions; git's objects are named by what is
 * in them. What else a POST makes would be there twice.
 */
function isRepeatable(method: string, address: string): boolean {
  if (method === "POST")
    return /\/(deployments(\/\d+\/statuses)?|check-runs|reactions|git\/(blobs|trees|commits))$/.test(address);
  return ["GET", "HEAD", "PUT", "PATCH", "DELETE"].includes(method);
}

/** Seconds until GitHub may be asked again after it refused because of a limit; undefined for other answers. */
async function limitWait(response: Response, attempt: number, now: number): Promise<number | undefined> {
  if (response.status !== 403 && response.status !== 429) return undefined;
  const after = Number(response.headers.get("retry-after"));
  if (after > 0) return after;
  if (response.headers.get("x-ratelimit-remaining") === "0") {
    const reset = Number(response.headers.get("x-ratelimit-reset"));
    return Math.max(1, Math.ceil(reset - now / 1000));
  }
  // A 403 is a limit only if it says so; one for lack of permission stays one.
  if (response.status === 403 && !/secondary rate limit/i.test(await response.clone().text())) return undefined;
  return unsaidWait * 2 ** (attempt - 1);
}

function faultWait(response: Response, repeatable: boolean): number | undefined {
  return response.status >= 500 && repeatable ? 1 : undefined;
}
