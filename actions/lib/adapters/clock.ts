import { setTimeout } from "node:timers/promises";
import type { Clock } from "../ports/clock.ts";

/**
 * The machine's clock.
 *
 * @param speed for rehearsals on the test bed, whose clock may run faster: 60 lets a minute of waiting pass in a second, and
 * `now` runs ahead just as the bed's does. It is 1 everywhere else.
 * @param started when the bed's clock began to run ahead, milliseconds since the epoch; this process's start if nobody says
 */
export function systemClock(speed = 1, started = Date.now()): Clock {
  return {
    now: () => new Date(started + (Date.now() - started) * speed),
    sleep: async (milliseconds) => {
      await setTimeout(milliseconds / speed);
    },
  };
}
