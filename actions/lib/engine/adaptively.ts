/** How many pieces of work run at the same time, learnt from how AWS answers. */
import { together } from "./together.ts";

export interface Crowd {
  readonly start: number;
  readonly most: number;
  /** How often AWS said so far that there were too many calls. */
  readonly throttled: () => number;
}

/** CloudFormation publishes no rates. From eight stacks at once most accounts take more; some do not take more than twenty. */
export const stacksAtOnce = { start: 8, most: 24 } as const;

/**
 * Lets work in, first come, first served. Begins with some at once; every piece that ends without AWS having throttled lets in one more
 * than before, up to the most; throttling halves the number.
 */
export function adaptiveGate(crowd: Crowd): <T>(work: () => Promise<T>) => Promise<T> {
  const line: (() => void)[] = [];
  let room = Math.min(crowd.start, crowd.most);
  let inside = 0;
  let seen = crowd.throttled();
  let halvings = 0;
  const letIn = (): void => {
    for (; inside < room && line.length > 0; inside++) line.shift()?.();
  };
  const learn = (begun: number): void => {
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
  return async (work) => {
    await new Promise<void>((go) => {
      line.push(go);
      letIn();
    });
    const begun = halvings;
    try {
      return await work();
    } finally {
      inside--;
      learn(begun);
      letIn();
    }
  };
}

/**
 * Runs a piece of work for each of many, as many at once as the gate lets in, and gives the results in the order of the list. One that
 * throws does not keep the others from being finished; the first error is thrown at the end.
 */
export async function adaptively<T, R>(
  list: readonly T[],
  crowd: Crowd,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const enter = adaptiveGate(crowd);
  return await together(list, list.length, (item) => enter(() => work(item)));
}
