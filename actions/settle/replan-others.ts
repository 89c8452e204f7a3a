import type { TenantOutcome } from "../lib/domain/outcome.ts";
import type { PlanComment } from "../lib/domain/plan-view.ts";
import { pullKey, pullNews, pullNewsKey, readPullRecord } from "../lib/domain/pull-record.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Progress } from "../lib/ports/progress.ts";
import type { Pulls } from "../lib/ports/pulls.ts";
import type { Records } from "../lib/ports/records.ts";
import type { Telling } from "./telling.ts";

export interface ReplanRequest {
  /** What became of the tenants of a wave. */
  readonly tenants: readonly TenantOutcome[];
  /** The pull request whose merge it was, if it was one. */
  readonly pull?: number;
  readonly runUrl: string;
}

/**
 * Executing a change set deletes all others of its stack, and what they showed is not what a merge would do any more. So every other
 * open pull request that shows one of the changed stacks says at once that its plan is stale, and is planned again.
 *
 * @returns numbers of the pull requests that are planned again
 */
export async function replanOthers(
  request: ReplanRequest,
  ports: {
    readonly pulls: Pick<Pulls, "open" | "view" | "planAgain">;
    readonly records: Records;
    readonly clock: Clock;
    readonly progress: Progress;
    readonly telling: Telling;
  },
): Promise<readonly number[]> {
  const { pulls, records, clock, progress, telling } = ports;
  const changed = new Set(request.tenants.filter(stackChanged).map(({ tenant }) => tenant));
  if (changed.size === 0) return [];
  const again: number[] = [];
  const open = await telling.tell("open pull requests whose plan does not hold any more do not say so", () =>
    pulls.open(),
  );
  for (const { number, fromFork, commit } of open?.told ?? []) {
    if (number === request.pull || fromFork) continue;
    const shown = readPullRecord((await records.get(pullKey(number)))?.value);
    const touched = shown?.expected.filter((tenant) => changed.has(tenant)) ?? [];
    if (shown === undefined || touched.length === 0) continue;
    const by = request.pull === undefined ? "a deployment" : `#${request.pull}`;
    const because = `${by} changed ${inWords(touched)}`;
    const news = pullNews.safeParse((await records.get(pullNewsKey(number)))?.value).data?.history ?? [];
    const history = [...news, { at: clock.now().toISOString(), what: `stale: ${because}` }].slice(-50);
    await records.put(pullNewsKey(number), { history });
    const comment: PlanComment = {
      commit,
      expected: shown.expected,
      ...(shown.plan !== undefined && { plan: shown.plan }),
      problems: [],
      unsettled: [],
      history: [...shown.history, ...history],
      links: { run: request.runUrl, summary: request.runUrl },
      state: { state: "stale", because },
    };
    const planned = await telling.tell(`#${number} is not planned again, although ${because}`, async () => {
      await pulls.view(number).show(comment);
      return await pulls.planAgain(number);
    });
    if (planned === undefined) continue;
    const started = planned.told;
    progress.say(
      started === "started"
        ? `#${number} is planned again: ${because}`
        : `#${number} is stale and conflicts with the default branch; its author has to merge that first`,
    );
    if (started === "started") again.push(number);
  }
  return again;
}

function stackChanged({ stages }: TenantOutcome): boolean {
  return stages.some(({ stage, outcome }) => stage === "apply" && outcome !== "unchanged" && outcome !== "skipped");
}

function inWords(tenants: readonly string[]): string {
  const few = tenants.slice(0, 3).join(", ");
  return tenants.length > 3 ? `${few} and ${tenants.length - 3} more` : few;
}
