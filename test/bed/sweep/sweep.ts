/** Kills a deployment at each of its calls, runs it again, and compares what came of it with an undisturbed one. */
import type { Aftermath, DeploymentEnd, Kill, KillPoint } from "./deployment.ts";
import { differences, type Facts, footprint, outcomeOf, type Subject } from "./footprint.ts";
import { killPoints } from "./kill-points.ts";
import type { Scenario } from "./scenario.ts";
import { releases, type SweepStage } from "./sweep-stage.ts";

export interface SweepRequest {
  readonly scenario: Scenario;
  readonly aftermath: Aftermath;
  /** Every how many points one is tried; 1 tries all. */
  readonly every: number;
  /** How many deployments run at the same time; each waits most of its time. */
  readonly atOnce: number;
  readonly say: (line: string) => void;
}

export interface Divergence {
  readonly point: KillPoint;
  /** The call that was the last one. */
  readonly at: string;
  /** What is not as after an undisturbed deployment, or how running again failed. */
  readonly difference: readonly string[];
}

export interface SweepReport {
  readonly scenario: string;
  readonly aftermath: Aftermath;
  /** Calls of the undisturbed deployment, polls included. */
  readonly calls: number;
  readonly points: number;
  readonly tried: number;
  /** Points whose call did not come this time. */
  readonly missed: number;
  readonly divergences: readonly Divergence[];
}

/** Tries the points of one scenario on a stage. */
export async function sweep(stage: SweepStage, request: SweepRequest): Promise<SweepReport> {
  const { scenario, aftermath, every, atOnce, say } = request;
  const subjects = subjectsOf(stage, scenario);
  const { wanted, points, calls } = await undisturbed(stage, scenario, await subjects.next());
  const tried = points.filter((_, index) => index % every === 0);
  say(`${scenario.name} (${aftermath}): ${calls} calls, ${points.length} points, ${tried.length} of them tried`);

  const divergences: Divergence[] = [];
  let missed = 0;
  const waiting = [...tried];
  const lane = async (): Promise<void> => {
    let subject: Subject | undefined;
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      subject = await subjects.next(subject);
      const trial = await attempt(stage, { scenario, kill: { point, aftermath }, subject });
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
  await Promise.all(Array.from({ length: atOnce }, lane));
  return {
    ...{ scenario: scenario.name, aftermath, calls, points: points.length, tried: tried.length, missed, divergences },
  };
}

/** Gives subjects: the tenant of the last one with its next release where a scenario keeps tenants, else a new tenant. */
function subjectsOf(stage: SweepStage, scenario: Scenario): { next(last?: Subject): Promise<Subject> } {
  let count = 0;
  return {
    next: async (last) => {
      count += 1;
      const fresh = `sweep-${count}`;
      if (scenario.tenants === "new") return { tenant: fresh, release: releases.before };
      const release = `v2.${count}.0`;
      await stage.rehearsal.pushRelease(release);
      if (last !== undefined) return { tenant: last.tenant, release };
      await scenario.prepare(stage, fresh);
      return { tenant: fresh, release };
    },
  };
}

async function undisturbed(
  stage: SweepStage,
  scenario: Scenario,
  subject: Subject,
): Promise<{ readonly wanted: Facts; readonly points: readonly KillPoint[]; readonly calls: number }> {
  const before = scenario.tenants === "new" ? {} : (await footprint(stage, subject)).history;
  const end = await scenario.act(stage, subject);
  if (end.end === "killed") throw new Error("nobody asked to kill the undisturbed deployment");
  const wanted = outcomeOf(before, await footprint(stage, subject));
  for (const fact of ["services", "settled records", "last journal entry", "migration tasks that ran"])
    if (wanted[fact]?.length === 0)
      throw new Error(`an undisturbed deployment left no ${fact}; the sweep would see nothing`);
  return { wanted, points: killPoints(end.calls), calls: [...end.calls.values()].flat().length };
}

type Trial = { readonly killed: string | undefined } & (
  | { readonly found: Facts }
  | { readonly found?: never; readonly failure: string }
);

async function attempt(
  stage: SweepStage,
  { scenario, kill, subject }: { readonly scenario: Scenario; readonly kill: Kill; readonly subject: Subject },
): Promise<Trial> {
  let first: DeploymentEnd | undefined;
  const killed = (): string | undefined => (first?.end === "killed" ? first.at.name : undefined);
  try {
    const before = scenario.tenants === "new" ? {} : (await footprint(stage, subject)).history;
    first = await scenario.act(stage, subject, kill);
    if (first.end === "killed") await scenario.act(stage, subject);
    return { killed: killed(), found: outcomeOf(before, await footprint(stage, subject)) };
  } catch (error) {
    // Any way of failing is what the sweep looks for; it goes into the report.
    return { killed: killed(), failure: error instanceof Error ? error.message : String(error) };
  }
}
