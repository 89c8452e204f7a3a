/** Stacks whose reads never fail because of throttling. */
import { Throttled } from "../domain/throttled.ts";
import type { Clock } from "../ports/clock.ts";
import type { Progress } from "../ports/progress.ts";
import type { Stacks } from "../ports/stacks.ts";

/** Longest pause between two tries, in milliseconds: a wait that grows without end is a silence nobody understands. */
const longestPause = 15_000;

/** After so many milliseconds something else is wrong than too many calls. */
const patience = 30 * 60_000;

interface Patience {
  readonly clock: Clock;
  readonly progress: Progress;
}

/** The same stacks; their reads wait and say so while AWS throttles. What changes something is not repeated here. */
export function patientStacks(stacks: Stacks, ports: Patience): Stacks {
  return {
    ...stacks,
    find: (name) => patiently(() => stacks.find(name), name, ports),
    findChangeSet: (stack, name) => patiently(() => stacks.findChangeSet(stack, name), stack, ports),
    describeChangeSet: (id) => patiently(() => stacks.describeChangeSet(id), shortName(id), ports),
    changeSetProblems: (id) => patiently(() => stacks.changeSetProblems(id), shortName(id), ports),
    isMadeOf: (id, desire) => patiently(() => stacks.isMadeOf(id, desire), desire.name, ports),
    resources: (id) => patiently(() => stacks.resources(id), shortName(id), ports),
    watch: (id, since) => {
      const look = stacks.watch(id, since);
      return () => patiently(look, shortName(id), ports);
    },
  };
}

/**
 * Repeats a read until it is not throttled any more, with pauses from one to fifteen seconds and a line for each.
 *
 * @throws Throttled after half an hour
 */
export async function patiently<T>(read: () => Promise<T>, subject: string, { clock, progress }: Patience): Promise<T> {
  const until = clock.now().getTime() + patience;
  for (let pause = 1_000; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Throttled) || clock.now().getTime() + pause > until) throw error;
      progress.say(`${subject}: AWS is throttling reads, looking again in ${pause / 1000} seconds`);
      await clock.sleep(pause);
    }
  }
}

/** `mate-hospital-a-production` out of a stack's or a change set's ARN. */
function shortName(arn: string): string {
  return arn.split("/").at(1) ?? arn;
}
