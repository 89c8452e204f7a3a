/**
 * What people are told on GitHub of a wave. GitHub shows and never decides: what it does not take is tried again, then named, and the next
 * wave starts all the same.
 */
import { OperatorError } from "../lib/domain/operator-error.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Progress } from "../lib/ports/progress.ts";

export interface Telling {
  /** Tells what nobody tells again: a run that could not does not end green. Undefined if it could not. */
  tell<T>(what: string, act: () => Promise<T>): Promise<{ readonly told: T } | undefined>;
  /** Shows what can be seen elsewhere, or is shown again later. */
  show<T>(what: string, act: () => Promise<T>): Promise<{ readonly told: T } | undefined>;
  /** What could not be told so far, in words, each with its cause. */
  untold(): readonly string[];
  /** All of it, as the run shows it. */
  annotations(): readonly Missing[];
}

/** A telling that is missing: an error if people had to be told. */
interface Missing {
  readonly level: "error" | "warning";
  readonly title: string;
  readonly message: string;
}

/** Waits between the tries of one thing, milliseconds, beside those between the tries of a request. */
const waits = [10_000, 60_000];

/** When GitHub took nothing at all for so long, it is not asked any more: the job has other tenants to settle, and an end. Milliseconds. */
const patienceMs = 10 * 60_000;

export function telling({ clock, progress }: { readonly clock: Clock; readonly progress: Progress }): Telling {
  const untold: string[] = [];
  const unshown: string[] = [];
  let illSince: number | undefined;
  let lastCause = "";
  const now = (): number => clock.now().getTime();
  const lost = (): boolean => illSince !== undefined && now() - illSince > patienceMs;

  async function patiently<T>(act: () => Promise<T>): Promise<{ readonly told: T } | { readonly because: string }> {
    const began = now();
    for (let tried = 0; !lost(); tried++) {
      try {
        const told = await act();
        illSince = undefined;
        return { told };
      } catch (error) {
        // One that we refuse ourselves, to leave GitHub's requests to others, says nothing about GitHub.
        if (error instanceof OperatorError) return { because: String(error) };
        lastCause = String(error);
        illSince ??= began;
        const wait = waits[tried];
        if (wait === undefined) return { because: lastCause };
        await clock.sleep(wait);
      }
    }
    return { because: `GitHub took nothing for ten minutes: ${lastCause}` };
  }

  const into =
    (missed: string[]): Telling["tell"] =>
    async (what, act) => {
      const ended = await patiently(act);
      if ("told" in ended) return ended;
      missed.push(`${what}: ${ended.because}`);
      progress.say(`${what}: ${ended.because}`);
      return undefined;
    };
  return {
    tell: into(untold),
    show: into(unshown),
    untold: () => [...untold],
    annotations: () => [
      ...untold.map((message): Missing => ({ level: "error", title: "not told", message })),
      ...unshown.map((message): Missing => ({ level: "warning", title: "not shown", message })),
    ],
  };
}
