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
  timer: NodeJS.Timeout | undefined;
}

/** Node takes no longer delay than this. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * A clock that runs `speed` times faster than the machine's.
 *
 * @param speed bed milliseconds per real millisecond, at least 1
 * @param machine the machine's time in milliseconds
 */
export function bedClock(speed = 1, machine: () => number = Date.now): SteerableClock {
  let pace = speed;
  let real = machine();
  let bed = real;
  let stopped = false;
  const all = new Set<Waiting>();
  const now = (): number => bed + (machine() - real) * pace;
  const rebase = (to: number): void => {
    bed = to;
    real = machine();
  };
  const arm = (waiting: Waiting): void => {
    const delay = Math.max(0, (waiting.due - now()) / pace);
    waiting.timer = setTimeout(
      () => {
        // Node may be a little early, cannot wait for months, and knows nothing of a machine's time that stood still.
        if (now() < waiting.due) return arm(waiting);
        all.delete(waiting);
        waiting.callback();
      },
      Math.min(delay, LONGEST_DELAY),
    );
  };
  const rearm = (): void => {
    for (const waiting of [...all].sort((a, b) => a.due - b.due)) {
      clearTimeout(waiting.timer);
      arm(waiting);
    }
  };
  const after = (milliseconds: number, callback: () => void): (() => void) => {
    if (stopped) return () => {};
    const waiting: Waiting = { due: now() + Math.max(0, milliseconds), callback, timer: undefined };
    all.add(waiting);
    arm(waiting);
    return () => {
      clearTimeout(waiting.timer);
      all.delete(waiting);
    };
  };
  return {
    now,
    sleep: (milliseconds) => new Promise((resolve) => after(milliseconds, resolve)),
    after,
    stop: () => {
      stopped = true;
      for (const { timer } of all) clearTimeout(timer);
      all.clear();
    },
    setSpeed: (next) => {
      rebase(now());
      pace = next;
      rearm();
    },
    forward: (milliseconds) => {
      rebase(now() + milliseconds);
      rearm();
    },
  };
}
