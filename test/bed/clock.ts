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

/**
 * A clock that runs `speed` times faster than the machine's.
 *
 * @param speed bed milliseconds per real millisecond, at least 1
 */
export function bedClock(speed = 1): BedClock {
  const started = Date.now();
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  const after = (milliseconds: number, callback: () => void): (() => void) => {
    if (stopped) return () => {};
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        callback();
      },
      Math.max(0, milliseconds / speed),
    );
    timers.add(timer);
    return () => {
      clearTimeout(timer);
      timers.delete(timer);
    };
  };
  return {
    now: () => started + (Date.now() - started) * speed,
    sleep: (milliseconds) => new Promise((resolve) => after(milliseconds, resolve)),
    after,
    stop: () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
