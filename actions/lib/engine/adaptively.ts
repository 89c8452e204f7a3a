/** How many pieces of work run at the same time, learnt from how AWS answers. */
export interface Crowd {
  readonly start: number;
  readonly most: number;
  /** How often AWS said so far that there were too many calls. */
  readonly throttled: () => number;
}

/** CloudFormation publishes no rates. From eight stacks at once most accounts take more; some do not take more than twenty. */
export const stacksAtOnce = { start: 8, most: 24 } as const;

/**
 * Runs a piece of work for each of many and gives the results in the order of the list. Begins with some at once; every one that ends
 * without AWS having throttled lets in one more than before, up to the most; throttling halves the number. One that throws does not
 * keep the others from being finished; the first error is thrown at the end.
 */
export async function adaptively<T, R>(
  list: readonly T[],
  crowd: Crowd,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const errors: unknown[] = [];
  let room = Math.min(crowd.start, crowd.most);
  let seen = crowd.throttled();
  let next = 0;
  let halvings = 0;
  const running = new Set<Promise<void>>();
  const one = async (index: number): Promise<void> => {
    const begun = halvings;
    try {
      results[index] = await work(list[index] as T);
    } catch (error) {
      errors.push(error);
    }
    const now = crowd.throttled();
    if (now > seen) {
      room = Math.max(1, Math.floor(room / 2));
      halvings++;
    } else if (begun === halvings) {
      // What was begun at the faster pace says nothing about the slower one.
      room = Math.min(crowd.most, room + 1);
    }
    seen = now;
  };
  while (next < list.length || running.size > 0) {
    while (next < list.length && running.size < room) {
      const started: Promise<void> = one(next++).finally(() => running.delete(started));
      running.add(started);
    }
    await Promise.race(running);
  }
  if (errors.length > 0) throw errors[0];
  return results;
}
