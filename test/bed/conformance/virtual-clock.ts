import type { BedClock } from "../clock.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A clock without waiting: as soon as nothing else is left to do, time jumps to the next thing that waits. Hours of deployments
 * pass in milliseconds, in the same order every time.
 *
 * @param start milliseconds since the epoch
 */
export function virtualClock(start = Date.UTC(2026, 0, 5, 8)): BedClock {
  let now = start;
  let pumping = false;
  let stopped = false;
  const timers: Timer[] = [];
  const pump = (): void => {
    pumping = false;
    const next = timers.shift();
    if (next === undefined || stopped) return;
    now = Math.max(now, next.at);
    next.callback();
    schedule();
  };
  // A turn of the event loop in between lets everything settle that the last callback has set off.
  const schedule = (): void => {
    if (pumping || timers.length === 0) return;
    pumping = true;
    setImmediate(() => setImmediate(pump));
  };
  const after = (milliseconds: number, callback: () => void): (() => void) => {
    if (stopped) return () => {};
    const timer = { at: now + Math.max(0, milliseconds), callback };
    const place = timers.findIndex((other) => other.at > timer.at);
    timers.splice(place < 0 ? timers.length : place, 0, timer);
    schedule();
    return () => {
      const index = timers.indexOf(timer);
      if (index >= 0) timers.splice(index, 1);
    };
  };
  return {
    now: () => now,
    sleep: (milliseconds) => new Promise((resolve) => void after(milliseconds, resolve)),
    after,
    stop: () => {
      stopped = true;
      timers.length = 0;
    },
  };
}
