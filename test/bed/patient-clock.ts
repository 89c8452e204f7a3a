import { bedClock, type SteerableClock } from "./clock.ts";

/** Real milliseconds between two looks at the machine's clock. */
const TICK = 5;
/** Real milliseconds that a look counts at most: whatever is more, the process was not let run. */
const LONGEST_STEP = 20;

/**
 * A clock that waits for its own process: time in which a busy machine does not let it run does not pass. For beds whose clients live
 * in the same process; another process, or the time something really takes, cannot be measured by it.
 *
 * @param speed bed milliseconds per real millisecond, at least 1
 */
export function patientClock(speed: number): SteerableClock {
  let looked = Date.now();
  let passed = looked;
  const look = (): number => {
    const at = Date.now();
    passed += Math.min(at - looked, LONGEST_STEP);
    looked = at;
    return passed;
  };
  const ticking = setInterval(look, TICK).unref();
  const clock = bedClock(speed, look);
  return {
    ...clock,
    stop: () => {
      clearInterval(ticking);
      clock.stop();
    },
  };
}
