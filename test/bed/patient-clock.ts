import { performance } from "node:perf_hooks";
import { bedClock, type SteerableClock } from "./clock.ts";

/** Real milliseconds between two looks at how long the process had nothing to do. */
const TICK = 5;
/** Real milliseconds that a look counts at most: whatever is more, the process was not let run. */
const LONGEST_STEP = 6;
/** Share of the time in which the process works that counts, so that whoever looks at the clock without a pause sees it go on. */
const WORKING = 1 / 20;

/**
 * A clock that waits for its own process: time passes while the process waits for time to pass, and stands still, nearly, while it works
 * or while a busy machine does not let it run. So ten seconds in which to ask for something three times are enough for asking three times,
 * however slow the machine. For beds whose clients live in the same process; another process, or the time something really takes, cannot
 * be measured by it.
 *
 * @param speed bed milliseconds per real millisecond in which there is nothing to do, at least 1
 */
export function patientClock(speed: number): SteerableClock {
  let before = performance.eventLoopUtilization();
  let passed = Date.now();
  const look = (): number => {
    const now = performance.eventLoopUtilization();
    passed += Math.min(now.idle - before.idle + (now.active - before.active) * WORKING, LONGEST_STEP);
    before = now;
    return passed;
  };
  const ticking = setInterval(look, TICK).unref();
  const clock = bedClock(speed, look);
  return {
    ...clock,
    // Whole milliseconds, as everywhere; between two looks of a process that works there are many.
    now: () => Math.floor(clock.now()),
    stop: () => {
      clearInterval(ticking);
      clock.stop();
    },
  };
}
