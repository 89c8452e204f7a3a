import { deployPrefix, type WaveRecord, waveRecord } from "../lib/domain/deploy-record.ts";
import type { Environment } from "../lib/domain/environment.ts";
import type { PlanState } from "../lib/domain/plan-view.ts";
import { pullKey, readPullRecord } from "../lib/domain/pull-record.ts";
import type { Cell } from "../lib/ports/cell.ts";
import type { PlanView } from "../lib/ports/plan-view.ts";

export interface PlannedWave {
  readonly environment: string;
  /** From 1, in its environment. */
  readonly wave: number;
  readonly tenants: readonly string[];
}

/** How a job ended, as GitHub says it. */
export type JobEnd = "success" | "failure" | "cancelled" | "skipped";

export interface ConcludeRequest {
  /** Waves that were due, in the order in which they were to run. */
  readonly waves: readonly PlannedWave[];
  readonly build: JobEnd;
  /** Why tenants were left out of the waves; empty if none were. */
  readonly refused?: string;
  /** How tenants without a file were removed, after the waves. */
  readonly offboard: JobEnd;
  readonly environments: ReadonlyMap<string, Environment>;
  /** Undefined when the commit is no merge of a pull request. */
  readonly pull?: number;
  /** Further pull requests that came with the same push, as the merge queue puts several on the branch at once. */
  readonly alongside?: readonly Shown[];
  readonly commit: string;
  readonly runId: string;
  readonly runUrl: string;
  /** What started the run: `push` is the merge itself. */
  readonly event: string;
}

/** A pull request, and what it shows. */
export interface Shown {
  readonly pull: number;
  readonly view: PlanView;
}

export interface Conclusion {
  /** `failed`: every wave came to its end, and tenants were left out of them, or tenants whose file is gone are still there. */
  readonly end: "deployed" | "stopped" | "failed";
  /** Why it did not come to its end, in words. */
  readonly because?: string;
  readonly notReached: readonly PlannedWave[];
  /** What people could not be told on GitHub while the waves went on. */
  readonly untold: readonly string[];
}

/**
 * How a deployment ended, from what its waves left behind: whatever happened to the run, the pull request does not go on saying that
 * it is being deployed. What was not reached is found again by the next deployment.
 */
export async function conclude(
  request: ConcludeRequest,
  ports: { readonly cells: (environment: Environment) => Pick<Cell, "records">; readonly view: PlanView },
): Promise<Conclusion> {
  const { waves, environments, pull, alongside = [], runId } = request;
  const involved = [...environments.values()].filter(({ name }) =>
    waves.some(({ environment }) => environment === name),
  );
  const left = (await Promise.all(involved.map((one) => recordsOf(ports.cells(one).records, runId)))).flat();
  const done = left.filter((record) => waves.some((wave) => isOf(record, wave)));
  const reached = new Set(done.map(nameOf));
  const notReached = waves.filter((wave) => !reached.has(nameOf(wave)));
  const conclusion = {
    ...conclusionOf(request, done, notReached),
    untold: done.flatMap(({ untold = [] }) => untold),
  };
  // Started again by hand with nothing to do, it leaves what the pull request shows of its deployment.
  if (waves.length === 0 && request.event !== "push") return conclusion;
  const [first] = involved;
  const merged = pull === undefined ? alongside : [{ pull, view: ports.view }, ...alongside];
  for (const { pull: number, view } of merged) {
    const stored = first === undefined ? undefined : await ports.cells(first).records.get(pullKey(number));
    const plan = readPullRecord(stored?.value);
    await view.show({
      commit: plan?.commit ?? request.commit,
      expected: plan?.expected ?? [],
      ...(plan?.plan !== undefined && { plan: plan.plan }),
      ...{ problems: [], unsettled: [] },
      history: [...(plan?.history ?? []), ...done.map((one) => ({ at: one.endedAt, what: inWords(one) }))],
      links: { run: request.runUrl, summary: request.runUrl },
      state: stateOf(conclusion, request, done),
    });
  }
  return conclusion;
}

async function recordsOf(records: Cell["records"], runId: string): Promise<readonly WaveRecord[]> {
  const keys = await records.list(deployPrefix(runId));
  return await Promise.all(keys.map(async (key) => waveRecord.parse((await records.get(key))?.value)));
}

/** A run that is started again as a whole deals its waves anew: what its first attempt left under their numbers is of other tenants. */
function isOf({ outcomes, ...record }: WaveRecord, wave: PlannedWave): boolean {
  return nameOf(record) === nameOf(wave) && outcomes.some(({ tenant }) => wave.tenants.includes(tenant));
}

function conclusionOf(
  { build, offboard, refused = "" }: ConcludeRequest,
  done: readonly WaveRecord[],
  notReached: readonly PlannedWave[],
): Omit<Conclusion, "untold"> {
  const stopped = done.find(({ stoppedBecause }) => stoppedBecause !== undefined);
  if (stopped?.stoppedBecause !== undefined) return { end: "stopped", because: stopped.stoppedBecause, notReached };
  if (notReached.length === 0) {
    const because = refused === "" ? notRemoved(offboard) : refused;
    return because === undefined ? { end: "deployed", notReached } : { end: "failed", because, notReached };
  }
  if (build === "failure") return { end: "stopped", because: "a release could not be built", notReached };
  return { end: "stopped", because: "the run was cancelled, or was lost", notReached };
}

/** What fails the step: what no job before it failed for. */
export function concludeFailure(
  refused: string,
  untold: readonly string[],
): { readonly failed?: { readonly reasonCode: string; readonly message: string } } {
  const message = [refused, ...untold].filter((one) => one !== "").join("; ");
  if (message === "") return {};
  return { failed: { reasonCode: refused === "" ? "not-told" : "data-elsewhere", message } };
}

function notRemoved(offboard: JobEnd): string | undefined {
  switch (offboard) {
    case "success":
    case "skipped":
      return undefined;
    case "failure":
      return "a tenant whose file is gone could not be removed; the run has its cause";
    case "cancelled":
      return "the run was cancelled before every tenant whose file is gone was removed";
  }
}

function stateOf(
  { end, because, notReached }: Conclusion,
  { waves }: ConcludeRequest,
  done: readonly WaveRecord[],
): PlanState {
  const outcomes = done.flatMap((wave) => wave.outcomes);
  const begun = Math.min(...done.map(({ startedAt }) => Date.parse(startedAt)));
  const ended = Math.max(...done.map(({ endedAt }) => Date.parse(endedAt)));
  const durationMs = done.length === 0 ? 0 : ended - begun;
  if (end === "deployed") return { state: "deployed", outcomes, durationMs };
  if (end === "failed") return { state: "failed", during: "deploying", because: because ?? "it did not end" };
  const first = notReached[0];
  const wave = first === undefined ? waves.length : waves.findIndex((one) => nameOf(one) === nameOf(first)) + 1;
  return { state: "stopped", wave, waves: waves.length, because: because ?? "it did not end", outcomes, durationMs };
}

function nameOf({ environment, wave }: { readonly environment: string; readonly wave: number }): string {
  return `${environment}/${wave}`;
}

function inWords({ environment, wave, outcomes }: WaveRecord): string {
  const tenants = new Set(outcomes.map(({ tenant }) => tenant)).size;
  return `wave ${wave} of ${environment}: ${tenants} tenant${tenants === 1 ? "" : "s"}`;
}
