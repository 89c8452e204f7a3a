/**
 * Lets only so many of the same lane in at a time, first come, first served. What has no lane is not held up.
 *
 * @param most in one lane at a time, at least 1
 */
export function lanes(most: number): <T>(lane: string | undefined, work: () => Promise<T>) => Promise<T> {
  const inside = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  return async (lane, work) => {
    if (lane === undefined) return await work();
    const now = inside.get(lane) ?? 0;
    if (now < most) inside.set(lane, now + 1);
    else {
      // Who leaves hands the place on, so the number inside stays as it is.
      await new Promise<void>((resolve) => waiting.set(lane, [...(waiting.get(lane) ?? []), resolve]));
    }
    try {
      return await work();
    } finally {
      const [next, ...others] = waiting.get(lane) ?? [];
      waiting.set(lane, others);
      if (next === undefined) inside.set(lane, (inside.get(lane) ?? 1) - 1);
      else next();
    }
  };
}
