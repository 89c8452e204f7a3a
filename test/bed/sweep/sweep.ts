/** Kills a deployment at each of its calls, runs it again, and compares what came of it with an undisturbed one. */
import type { DeploymentEnd, KillPoint } from "./deployment.ts";
import { type Footprint, footprint } from "./footprint.ts";
import { killPoints } from "./kill-points.ts";
import type { Scenario } from "./scenario.ts";
import type { SweepStage } from "./sweep-stage.ts";

export interface SweepRequest {
  readonly scenario: Scenario;
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
  /** Calls of the undisturbed deployment, polls included. */
  readonly calls: number;
  readonly points: number;
  readonly tried: number;
  /** Points whose call did not come, because waiting took fewer polls this time. */
  readonly missed: number;
  readonly divergences: readonly Divergence[];
}

/** Tries the points of one scenario on a stage, each on a tenant of its own. */
export async function sweep(stage: SweepStage, request: SweepRequest): Promise<SweepReport> {
  const { scenario, every, atOnce, say } = request;
  await scenario.prepare(stage, ["undisturbed"]);
  const whole = await scenario.act(stage, "undisturbed");
  if (whole.end === "killed") throw new Error("nobody asked to kill the undisturbed deployment");
  const wanted = await footprint(stage, "undisturbed");
  const points = killPoints(whole.calls);
  const tried = points.filter((_, index) => index % every === 0);
  const calls = Object.values(whole.calls).flat();
  say(`${scenario.name}: ${calls.length} calls, ${points.length} points, ${tried.length} of them tried`);
  const subjects = tried.map((point, index) => ({ point, tenant: `sweep-${String(index).padStart(4, "0")}` }));
  await scenario.prepare(
    stage,
    subjects.map(({ tenant }) => tenant),
  );

  const divergences: Divergence[] = [];
  let missed = 0;
  const waiting = [...subjects];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let subject = waiting.shift(); subject !== undefined; subject = waiting.shift()) {
        const { point, tenant } = subject;
        const trial = await attempt(stage, { scenario, point, tenant });
        if (trial.killed === undefined) missed += 1;
        const difference = "failure" in trial ? [trial.failure] : differences(wanted, trial.found);
        const at = `${point.action} call ${point.call} ${trial.killed ?? "(not reached)"} ${point.when}`;
        if (difference.length > 0) divergences.push({ point, at: trial.killed ?? "not reached", difference });
        say(`${difference.length === 0 ? "converges" : "DIVERGES "}  ${at}`);
        for (const line of difference) say(`           ${line}`);
      }
    }),
  );
  return {
    ...{ scenario: scenario.name, calls: calls.length, points: points.length },
    ...{ tried: tried.length, missed, divergences },
  };
}

type Trial = { readonly killed: string | undefined } & ({ readonly found: Footprint } | { readonly failure: string });

async function attempt(
  stage: SweepStage,
  { scenario, point, tenant }: { readonly scenario: Scenario; readonly point: KillPoint; readonly tenant: string },
): Promise<Trial> {
  let first: DeploymentEnd | undefined;
  const killed = (): string | undefined => (first?.end === "killed" ? first.at.name : undefined);
  try {
    first = await scenario.act(stage, tenant, point);
    if (first.end === "killed") await scenario.act(stage, tenant);
    return { killed: killed(), found: await footprint(stage, tenant) };
  } catch (error) {
    // Any way of failing is what the sweep looks for; it goes into the report.
    return { killed: killed(), failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Facts that are not the same, one line each. */
export function differences(wanted: Footprint, found: Footprint): readonly string[] {
  return Object.keys(wanted).flatMap((fact) => {
    const [before, after] = [wanted[fact] ?? [], found[fact] ?? []];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    const lacks = before.filter((line) => !after.includes(line)).map((line) => `-${line.slice(0, 200)}`);
    const more = after.filter((line) => !before.includes(line)).map((line) => `+${line.slice(0, 200)}`);
    const counts = lacks.length + more.length === 0 ? [`${before.length} → ${after.length}: ${after.join(", ")}`] : [];
    return [`${fact}: ${[...lacks, ...more, ...counts].join(" ")}`];
  });
}
