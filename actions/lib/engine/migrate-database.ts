import { fingerprint } from "../domain/fingerprint.ts";
import { type MigrationRecord, migrationKey, migrationRecord, nextMigration } from "../domain/migration.ts";
import type { TaskDefinition } from "../domain/service.ts";
import type { Clock } from "../ports/clock.ts";
import type { Progress } from "../ports/progress.ts";
import type { Records } from "../ports/records.ts";
import type { Services } from "../ports/services.ts";
import type { Tasks } from "../ports/tasks.ts";
import { ensureDefinition } from "./ensure-definition.ts";
import { followTask, runTask, type TaskResult } from "./run-task.ts";

export interface MigrationRequest {
  readonly tenant: string;
  readonly cluster: string;
  readonly release: string;
  /** Hash of the migrations the release carries. */
  readonly set: string;
  readonly definition: TaskDefinition;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** Deadline of one task, in milliseconds. */
  readonly atMostMs: number;
}

export type MigrationOutcome =
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "migrated"; readonly log: readonly string[] }
  | {
      readonly outcome: "failed";
      readonly reasonCode: string;
      readonly cause: string;
      readonly log: readonly string[];
    };

export interface MigrationPorts {
  readonly services: Services;
  readonly tasks: Tasks;
  readonly records: Records;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** How often a task that never started is started again. */
const starts = 3;

/**
 * Brings a tenant's database to a release's migrations with one task. Only the named container's exit code 0 counts. A task
 * that never started is started again; one that ran and failed is not, because it may have changed something.
 */
export async function migrateDatabase(request: MigrationRequest, ports: MigrationPorts): Promise<MigrationOutcome> {
  const key = migrationKey(request.tenant);
  const stored = await ports.records.get(key);
  const record = stored === undefined ? undefined : migrationRecord.parse(stored.value);
  const step = nextMigration(record, request.set);
  switch (step.kind) {
    case "done":
      return { outcome: "unchanged" };
    case "start":
      return await start(request, { attempt: step.attempt, tag: stored?.tag }, ports);
    case "attach": {
      if (record === undefined) throw new Error("only a recorded migration can be attached to");
      ports.progress.say(`${request.tenant}: an earlier run started this migration, following its task`);
      const task = step.task ?? (await ports.tasks.running(request.cluster, startedBy(request.tenant))).at(0);
      if (task === undefined) {
        // Recorded as starting, but no task came of it: the same token makes sure that stays true.
        return await start(request, { attempt: step.attempt, tag: stored?.tag }, ports);
      }
      const result = await followTask(request, task, ports);
      const outcome = await conclude(
        { ...request, set: record.set, release: record.release },
        step.attempt,
        result,
        ports,
      );
      // What was attached to may have been an older release's migration; then this release's own comes after it.
      return outcome.outcome === "migrated" && record.set !== request.set
        ? await migrateDatabase(request, ports)
        : outcome;
    }
  }
}

async function start(
  request: MigrationRequest,
  from: { readonly attempt: number; readonly tag: string | undefined },
  ports: MigrationPorts,
): Promise<MigrationOutcome> {
  const taskDefinition = await ensureDefinition(request.definition, ports.services);
  let tag = from.tag;
  for (let attempt = from.attempt; ; attempt++) {
    tag = await ports.records.put(
      migrationKey(request.tenant),
      recordOf(request, { attempt, state: "starting" }, ports.clock),
      tag === undefined ? { ifAbsent: true } : { ifTag: tag },
    );
    if (tag === undefined) {
      return failed(
        "migration-elsewhere",
        "another run started migrating this database at the same moment; deploy again when it is done",
        [],
      );
    }
    const result = await runTask(
      {
        ...request,
        taskDefinition,
        command: request.definition.container.command,
        startedBy: startedBy(request.tenant),
        token: fingerprint([request.tenant, request.set, taskDefinition, attempt]),
        onStart: async (task) => {
          tag = await ports.records.put(
            migrationKey(request.tenant),
            recordOf(request, { attempt, state: "running", task }, ports.clock),
          );
        },
      },
      ports,
    );
    const again =
      result.result === "ended" && result.end.end === "never-started" && attempt - from.attempt + 1 < starts;
    if (!again) return await conclude(request, attempt, result, ports);
    ports.progress.say(
      `${request.tenant}: the migration task never started (${(result.end as { reason: string }).reason}), starting it again`,
    );
  }
}

async function conclude(
  request: MigrationRequest,
  attempt: number,
  result: TaskResult,
  { records, clock }: MigrationPorts,
): Promise<MigrationOutcome> {
  const succeeded = result.result === "ended" && result.end.end === "succeeded";
  await records.put(
    migrationKey(request.tenant),
    recordOf(request, { attempt, state: succeeded ? "done" : "failed" }, clock),
  );
  switch (result.result) {
    case "not-placed":
      return failed("migration-not-placed", `ECS could not place the migration task: ${result.reasons.join("; ")}`, []);
    case "too-slow":
      return failed(
        "migration-too-slow",
        `the migration did not end within ${Math.round(request.atMostMs / 60_000)} minutes and was stopped; check for invalid indexes before it runs again`,
        result.log,
      );
    case "ended":
      break;
  }
  switch (result.end.end) {
    case "succeeded":
      return { outcome: "migrated", log: result.log };
    case "never-started":
      return failed("migration-never-started", `the migration task never started: ${result.end.reason}`, result.log);
    case "failed":
      return failed("migration-failed", `the migration of ${request.release} failed: ${result.end.reason}`, result.log);
  }
}

function recordOf(
  { set, release }: MigrationRequest,
  rest: Pick<MigrationRecord, "attempt" | "state" | "task">,
  clock: Clock,
): MigrationRecord {
  return { set, release, ...rest, at: clock.now().toISOString() };
}

/** ECS allows 128 characters (API reference, RunTask.startedBy). */
function startedBy(tenant: string): string {
  return `migrate-${tenant}`;
}

function failed(reasonCode: string, cause: string, log: readonly string[]): MigrationOutcome {
  return { outcome: "failed", reasonCode, cause, log };
}
