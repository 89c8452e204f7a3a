import type { Clock } from "../ports/clock.ts";

/**
 * Asks again and again until there is an answer.
 *
 * @param pace.everyMs pause between two tries, in milliseconds; a list is walked through and its last entry repeated
 * @param pace.atMostMs the whole wait, in milliseconds
 * @returns the first answer that is not undefined; undefined when the time is up. What that means is the caller's to say: a
 * timeout is never a success
 */
export async function waitFor<T>(
  clock: Clock,
  pace: { readonly everyMs: number | readonly number[]; readonly atMostMs: number },
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const pauses = typeof pace.everyMs === "number" ? [pace.everyMs] : pace.everyMs;
  const until = clock.now().getTime() + pace.atMostMs;
  for (let tries = 0; ; tries++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const pause = pauses[Math.min(tries, pauses.length - 1)] ?? 1000;
    if (clock.now().getTime() + pause > until) return undefined;
    await clock.sleep(pause);
  }
}
