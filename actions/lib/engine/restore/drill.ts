/** Restores a tenant's newest backup to a scratch instance, proves that the running release can work with it, and removes it again. */
import { OperatorError } from "../../domain/operator-error.ts";
import { type DrillRecord, drillKey, drillRecord, earlierDrills } from "../../domain/restore-drill.ts";
import { drillName, operationTag } from "../../domain/restore-names.ts";
import { behindExit, inspectProgram } from "../../domain/restore-scripts.ts";
import { databaseLogin } from "../../domain/restore-task.ts";
import { carryTo, forACopy, makeInstance, serves, tagsOf } from "./database-steps.ts";
import { removeInstance } from "./remove-scratch.ts";
import type { RestoreTarget } from "./restore-context.ts";
import { runTenantTask, withLog } from "./tenant-task.ts";

export interface DrillRun {
  readonly operation: string;
  readonly url: string;
}

/** Always ends with a record; a failure is one of the things a drill is for. */
export async function drillTenant(run: DrillRun, target: RestoreTarget): Promise<DrillRecord> {
  const { cell, clock, desired } = target;
  const key = drillKey(desired.tenant.name);
  const stored = await cell.records.get(key);
  const before = stored === undefined ? undefined : drillRecord.parse(stored.value);
  const began = clock.now();
  const begun: DrillRecord = {
    ...{ tenant: desired.tenant.name, operation: run.operation, run: run.url, at: began.toISOString() },
    outcome: "running",
    phases: {},
    earlier: before?.operation === run.operation ? before.earlier : earlierDrills(before),
  };
  await cell.records.put(key, begun);
  const phases: Record<string, number> = {};
  const timed = timer(phases, target);
  // Both before anything is thrown: what was made is removed also after an error that nobody thought of.
  const [practised] = await Promise.allSettled([practise(run, target, timed)]);
  const [removed] = await Promise.allSettled([timed("remove", () => removeScratches(target))]);
  const outcome = practised.status === "fulfilled" ? practised.value : failureOf(practised.reason);
  const removal = removed.status === "fulfilled" ? {} : failureOf(removed.reason);
  const record: DrillRecord = { ...begun, ...outcome, ...removal, phases };
  await cell.records.put(key, record);
  return record;
}

type Timed = <T>(phase: string, work: () => Promise<T>) => Promise<T>;

function timer(phases: Record<string, number>, { clock, progress }: RestoreTarget): Timed {
  return async (phase, work) => {
    const from = clock.now().getTime();
    progress.say(`drill: ${phase}`);
    try {
      return await work();
    } finally {
      phases[phase] = clock.now().getTime() - from;
    }
  };
}

type Proved = Pick<DrillRecord, "outcome" | "restoredTo" | "rtoMinutes" | "rpoMinutes" | "found">;

async function practise(run: DrillRun, target: RestoreTarget, timed: Timed): Promise<Proved> {
  const { cell, clock, desired } = target;
  // What a lost drill left behind goes first, and does not count.
  await removeScratches(target);
  const began = clock.now();
  const serving = await serves(target);
  const window = await cell.databases.window(serving.resource);
  if (window === undefined) throw new OperatorError("no-backups", `${serving.id} has no automated backups`);
  const at = window.latest;
  const shared = desired.tenant.tier === "trial";
  const { secretKey } = serving.settings;
  const settings = { ...forACopy(serving.settings), ...(!shared && secretKey !== undefined && { secretKey }) };
  const made = await timed("restore", () =>
    makeInstance(
      {
        source: { kind: "time", instance: serving.id, at: at.toISOString() },
        as: drillName(desired.stack.name, began),
        settings,
        tags: { ...tagsOf(serving, desired.tenant.name), [operationTag]: run.operation },
      },
      target,
    ),
  );
  const secret = await timed("prepare", () => carryTo(made.resource, settings, target));
  const { exitCode, log } = await timed("check", () =>
    runTenantTask(
      {
        family: "migrate",
        entryPoint: ["python", "-c"],
        command: [inspectProgram],
        environment: { DATABASE_HOST: made.host ?? "" },
        secrets: secret === undefined ? {} : databaseLogin(secret),
      },
      { token: `${run.operation} ${made.id}`, onStart: async () => {}, atMostMs: 60 * 60_000 },
      target,
    ),
  );
  // A backup may be older than the last migration; a restore would bring it up to date.
  if (exitCode !== 0 && exitCode !== behindExit) {
    throw new OperatorError(
      "restored-unreadable",
      withLog(`the running release cannot work with the restored data (exit code ${exitCode})`, log),
    );
  }
  const found = log.findLast((line) => line.startsWith("{"))?.slice(0, 500);
  return {
    outcome: "passed",
    restoredTo: at.toISOString(),
    rtoMinutes: minutes(clock.now().getTime() - began.getTime()),
    rpoMinutes: minutes(began.getTime() - at.getTime()),
    ...(found !== undefined && { found }),
  };
}

/** Every scratch instance of this tenant's drills, also of earlier ones that were lost. */
async function removeScratches(target: RestoreTarget): Promise<void> {
  const { cell, desired } = target;
  for (const { id, tags } of await cell.databases.list(`${desired.stack.name}-drill-`)) {
    const operation = tags[operationTag];
    if (operation === undefined || tags["mate-tenant"] !== desired.tenant.name) continue;
    await removeInstance({ id, operation, serving: desired.stack.name }, target);
  }
}

/** Bugs and broken connections are no finding about the backup. */
function failureOf(error: unknown): { readonly outcome: "failed"; readonly cause: string } {
  if (error instanceof OperatorError) return { outcome: "failed", cause: error.message };
  throw error;
}

function minutes(milliseconds: number): number {
  return Math.round(milliseconds / 6_000) / 10;
}
