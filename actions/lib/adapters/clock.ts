import { setTimeout } from "node:timers/promises";
import type { Clock } from "../ports/clock.ts";

/**
 * The machine's clock.
 *
 * @param speed for rehearsals on the test bed, whose clock may run faster: 60 lets a minute of waiting pass in a second, and
 * `now` runs ahead just as the bed's does. It is 1 everywhere else.
 */
export function systemClock(speed = 1): Clock {
  const started = Date.now();
  return {
    now: () => new Date(started + (Date.now() - started) * speed),
    sleep: async (milliseconds) => {
      await setTimeout(milliseconds / speed);
    },
  };
}
