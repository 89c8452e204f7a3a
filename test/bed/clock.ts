/**
 * The time a bed lives in. A bed at speed 60 lets a minute of its own time pass in one real second, so a database that takes
 * ten minutes to create is there after ten seconds.
 */
export interface BedClock {
  /** Milliseconds since the epoch, in bed time. */
  now(): number;
  /** Resolves after so many milliseconds of bed time. */
  sleep(milliseconds: number): Promise<void>;
  /** Calls back once after so many milliseconds of bed time; the result cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Cancels everything that still waits. Nothing a stopped clock was asked for happens. */
  stop(): void;
}

/** A clock that can be steered while it runs. */
export interface SteerableClock extends BedClock {
  /** Bed milliseconds per real millisecond, from now on. */
  setSpeed(speed: number): void;
  /** Puts the time forward by so many milliseconds; what is due by then happens at once. */
  forward(milliseconds: number): void;
}

interface Waiting {
  /** Bed time. */
  readonly due: number;
  readonly callback: () => void;
}

/** Node takes no longer delay than this. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * A clock that runs `speed` times faster than the machine's. Whatever is due happens in the order in which it is due, also when a busy
 * machine comes to it late: one timer of Node's for all, for its timers of different lengths keep no order among each other.
 *
 * @param speed bed milliseconds per real millisecond, at least 1
 * @param machine the machine's time in milliseconds
 */
export function bedClock(speed = 1, machine: () => number = Date.now): SteerableClock {
  let pace = speed;
  let real = machine();
  let bed = real;
  let stopped = false;
  /** By when they are due; of those that are due at once, whoever asked first. */
  const waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  const now = (): number => bed + (machine() - real) * pace;
  const rebase = (to: number): void => {
    bed = to;
    real = machine();
  };
  const arm = (): void => {
    clearTimeout(timer);
    const [next] = waiting;
    if (next === undefined || soon !== undefined) return;
    timer = setTimeout(fire, Math.min(Math.max(0, (next.due - now()) / pace), LONGEST_DELAY));
  };
  const fire = (): void => {
    soon = undefined;
    const [next] = waiting;
    // Node may be a little early, cannot wait for months, and knows nothing of a machine's time that stood still.
    if (next === undefined || now() < next.due) {
      arm();
      return;
    }
    waiting.shift();
    // Not in a loop: what one leads to happens before the next one.
    if (waiting[0] !== undefined && waiting[0].due <= now()) soon = setImmediate(fire);
    else arm();
    next.callback();
  };
  const after = (milliseconds: number, callback: () => void): (() => void) => {
    if (stopped) return () => {};
    const one: Waiting = { due: now() + Math.max(0, milliseconds), callback };
    waiting.splice(placeOf(one, waiting), 0, one);
    if (waiting[0] === one) arm();
    return () => {
      const at = waiting.indexOf(one);
      if (at === -1) return;
      waiting.splice(at, 1);
      if (at === 0) arm();
    };
  };
  return {
    now,
    sleep: (milliseconds) => new Promise((resolve) => after(milliseconds, resolve)),
    after,
    stop: () => {
      stopped = true;
      waiting.length = 0;
      clearTimeout(timer);
      clearImmediate(soon);
    },
    setSpeed: (next) => {
      rebase(now());
      pace = next;
      arm();
    },
    forward: (milliseconds) => {
      rebase(now() + milliseconds);
      arm();
    },
  };
}

/** Where it belongs: behind all that is due before it, or at the same moment. */
function placeOf({ due }: Waiting, waiting: readonly Waiting[]): number {
  let [low, high] = [0, waiting.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((waiting[middle]?.due ?? due) <= due) low = middle + 1;
    else high = middle;
  }
  return low;
}
