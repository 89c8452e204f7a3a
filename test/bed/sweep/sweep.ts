/** Kills an act at each of its calls, runs it again, and compares what came of it with an undisturbed one. */
import { differences, type Facts, outcomeOf, type Subject } from "./footprint.ts";
import { type ActEnd, type Aftermath, type Kill, type KillPoint, killPoints, kindsOfWrites } from "./kill-points.ts";
import { sample } from "./sample.ts";
import type { Scenario } from "./scenario.ts";

export interface SweepRequest {
  readonly scenario: Scenario;
  readonly aftermath: Aftermath;
  /** Which points are tried: all, or so many chosen by a seed. */
  readonly tries: "all" | { readonly sample: number; readonly seed: string };
  /** How many acts run at the same time; each waits most of its time. */
  readonly atOnce: number;
  readonly say: (line: string) => void;
}

export interface Divergence {
  readonly point: KillPoint;
  /** The call that was the last one. */
  readonly at: string;
  /** What is not as after an undisturbed act, or how running again failed. */
  readonly difference: readonly string[];
}

export interface SweepReport {
  readonly scenario: string;
  readonly aftermath: Aftermath;
  /** The seed that chose the points; undefined if all were tried. */
  readonly seed?: string;
  /** Calls of the undisturbed act, polls included. */
  readonly calls: number;
  readonly points: number;
  readonly tried: number;
  /** Points whose call did not come this time. */
  readonly missed: number;
  readonly divergences: readonly Divergence[];
}

/** Tries the points of one scenario. */
export async function sweep({ scenario, aftermath, tries, atOnce, say }: SweepRequest): Promise<SweepReport> {
  // How many points there are says the undisturbed act; how many a sample has is known before.
  await scenario.prepare?.(tries === "all" ? 1 : 1 + tries.sample);
  const { wanted, points, calls } = await undisturbed(scenario, await scenario.next());
  const tried = tries === "all" ? points : sample(points, tries.sample, tries.seed);
  const seed = tries === "all" ? {} : { seed: tries.seed };
  const chosen = tries === "all" ? "" : ` (seed ${tries.seed})`;
  say(
    `${scenario.name} (${aftermath}): ${calls} calls, ${points.length} points, ${tried.length} of them tried${chosen}`,
  );
  if (tries === "all") await scenario.prepare?.(tried.length);

  const divergences: Divergence[] = [];
  let missed = 0;
  const waiting = [...tried];
  const lane = async (): Promise<void> => {
    let subject: Subject | undefined;
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      try {
        subject = await scenario.next(subject);
      } catch (error) {
        // Nothing was killed yet, but a point that could not be tried must not pass for one that was.
        const failure = error instanceof Error ? error.message : String(error);
        say(`DIVERGES   ${point.action} ${point.call} not tried\n           ${failure}`);
        divergences.push({ point, at: "not tried", difference: [`what it needs could not be prepared: ${failure}`] });
        subject = undefined;
        continue;
      }
      const trial = await attempt(scenario, { kill: { point, aftermath }, subject });
      if (trial.killed === undefined) missed += 1;
      const difference = trial.found === undefined ? [trial.failure] : differences(wanted, trial.found);
      const at = trial.killed ?? "not reached";
      say(`${difference.length === 0 ? "converges" : "DIVERGES "}  ${point.action} ${point.call} ${at} ${point.when}`);
      for (const line of difference) say(`           ${line}`);
      if (difference.length === 0) continue;
      divergences.push({ point, at, difference });
      // What follows must not suffer from this.
      subject = undefined;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, scenario.atOnce ?? atOnce) }, lane));
  return {
    ...{ scenario: scenario.name, aftermath, ...seed, calls, points: points.length, tried: tried.length },
    ...{ missed, divergences },
  };
}

async function undisturbed(
  scenario: Scenario,
  subject: Subject,
): Promise<{ readonly wanted: Facts; readonly points: readonly KillPoint[]; readonly calls: number }> {
  const history = await scenario.history(subject);
  const end = await scenario.begin(subject)();
  if (end.end === "killed") throw new Error("nobody asked to kill the undisturbed act");
  const wanted = await outcome(scenario, { subject, history, runs: [end] });
  for (const fact of scenario.mustLeave)
    if (wanted[fact]?.length === 0) throw new Error(`an undisturbed act left no ${fact}; the sweep would see nothing`);
  return { wanted, points: killPoints(end.calls), calls: [...end.calls.values()].flat().length };
}

type Trial = { readonly killed: string | undefined } & (
  | { readonly found: Facts }
  | { readonly found?: never; readonly failure: string }
);

async function attempt(
  scenario: Scenario,
  { kill, subject }: { readonly kill: Kill; readonly subject: Subject },
): Promise<Trial> {
  let first: ActEnd | undefined;
  const killed = (): string | undefined => (first?.end === "killed" ? first.at.name : undefined);
  try {
    const history = await scenario.history(subject);
    const act = scenario.begin(subject);
    first = await act(kill);
    const runs = first.end === "killed" ? [first, await act()] : [first];
    return { killed: killed(), found: await outcome(scenario, { subject, history, runs }) };
  } catch (error) {
    // Any way of failing is what the sweep looks for; it goes into the report.
    return { killed: killed(), failure: error instanceof Error ? error.message : String(error) };
  }
}

/** State and new history, and of the call log what of it has an effect: which kinds of calls wrote. */
async function outcome(
  scenario: Scenario,
  done: { readonly subject: Subject; readonly history: Facts; readonly runs: readonly ActEnd[] },
): Promise<Facts> {
  const kinds = kindsOfWrites(done.runs.map(({ calls }) => calls));
  return {
    ...outcomeOf(done.history, await scenario.footprint(done.subject)),
    "calls that wrote": kinds.filter((name) => scenario.mayLack?.[name] === undefined),
  };
}
