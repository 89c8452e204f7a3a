import { fingerprint } from "../domain/fingerprint.ts";
import { type MigrationRecord, nextMigration } from "../domain/migration.ts";
import type { TaskDefinition } from "../domain/service.ts";
import type { Clock } from "../ports/clock.ts";
import type { Progress } from "../ports/progress.ts";
import type { Records } from "../ports/records.ts";
import type { Tasks } from "../ports/tasks.ts";
import { refusedByContract } from "./contract-check.ts";
import { type DefinitionStore, ensureDefinition } from "./ensure-definition.ts";
import { type MigrationLedger, migrationLedger } from "./migration-ledger.ts";
import { failedMigration, type MigrationOutcome, migrationEnd } from "./migration-outcome.ts";
import { provisionTrial, type TrialDatabase } from "./provision-trial.ts";
import { dumpToLoad, loadTrial } from "./return-trial.ts";
import { followTask, lastLines, runTask, type TaskResult } from "./run-task.ts";

export interface MigrationRequest {
  readonly tenant: string;
  readonly cluster: string;
  readonly release: string;
  /** Hash of the migrations the release carries. */
  readonly set: string;
  /** Names of its contract migrations. */
  readonly contract: readonly string[];
  readonly definition: TaskDefinition;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** Deadline of one task, in milliseconds. */
  readonly atMostMs: number;
  /** Of a trial: what makes its database before the first migration; `elsewhere` where only a deployment can do that. */
  readonly trial?: TrialDatabase | "elsewhere";
}

export interface MigrationPorts {
  readonly services: DefinitionStore;
  readonly tasks: Tasks;
  readonly records: Records;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** How often a task that changed nothing is started, all in all. */
const starts = 3;

/** What kept a task from starting, or from getting its locks, rarely passes at once. */
const pauseMs = 5_000;

/** ECS remembers a client token for a day; well before that, a start without a task is taken for one that never was. */
const tokenRememberedMs = 12 * 3_600_000;

/** Between writing that a task will start and the task being seen, no more than this passes in a run that lives. */
const startingMs = 150_000;

/**
 * Brings a tenant's database to a release's migrations with one task. Only the named container's exit code 0 counts. A task
 * that never started, or gave up before it changed anything, is started again; one that ran and failed is not.
 */
export async function migrateDatabase(request: MigrationRequest, ports: MigrationPorts): Promise<MigrationOutcome> {
  const ledger = await migrationLedger(request.tenant, ports);
  const record = ledger.record();
  const step = nextMigration(record, request.set);
  switch (step.kind) {
    case "done":
      return { outcome: "unchanged" };
    case "start":
      return await begin(request, { ledger, attempt: step.attempt }, ports);
    case "attach": {
      if (record === undefined) throw new Error("only a recorded migration can be attached to");
      return await attach(request, { ledger, record }, ports);
    }
  }
}

interface Attempt {
  readonly ledger: MigrationLedger;
  readonly attempt: number;
}

async function begin(request: MigrationRequest, from: Attempt, ports: MigrationPorts): Promise<MigrationOutcome> {
  const refused = await refusedByContract(request, from.ledger.record(), ports.records);
  if (refused !== undefined) return failedMigration("rollback-refused", refused);
  const unready = await readyTrial(request, from, ports);
  if (unready !== undefined) return unready;
  const taskDefinition = await ensureDefinition(request.definition, ports.services);
  return await start(request, { ...from, taskDefinition }, ports);
}

/** A trial's database has to be there, with what an earlier one left, before anything is migrated. */
async function readyTrial(
  request: MigrationRequest,
  from: Attempt,
  ports: MigrationPorts,
): Promise<MigrationOutcome | undefined> {
  const { tenant, trial } = request;
  const record = from.ledger.record();
  if (trial === undefined) return undefined;
  if (trial === "elsewhere") {
    const there = record?.done !== undefined || record?.provisioned !== undefined;
    if (there && (await dumpToLoad(tenant, record, ports.records)) === undefined) return undefined;
    return failedMigration(
      "trial-database-missing",
      `the database of trial ${tenant} is made, and loaded with what it left, by a deployment: its file has to say state: active, then /retry ${tenant}`,
    );
  }
  const mine = { ...request, trial };
  return (await provisionTrial(mine, from.ledger, ports)) ?? (await loadTrial(mine, from, ports));
}

async function start(
  request: MigrationRequest,
  from: Attempt & { readonly taskDefinition: string },
  ports: MigrationPorts,
): Promise<MigrationOutcome> {
  const { ledger, taskDefinition } = from;
  const { set, release, tenant } = request;
  for (let attempt = from.attempt; ; attempt++) {
    const mine = await ledger.write({ set, release, attempt, state: "starting" });
    if (!mine) return await migrateDatabase(request, ports);
    const result = await runTask(
      {
        ...request,
        taskDefinition,
        command: request.definition.container.command,
        startedBy: startedBy(tenant),
        token: tokenOf(request, attempt),
        onStart: async (task) => void (await ledger.write({ set, release, attempt, state: "running", task })),
      },
      ports,
    );
    const harmless = changedNothing(result);
    if (harmless === undefined || attempt - from.attempt + 1 >= starts) {
      return await conclude(request, { ledger, attempt, result }, ports);
    }
    ports.progress.say(`${tenant}: the migration is started again, because it changed nothing (${harmless})`);
    await ports.clock.sleep(pauseMs);
  }
}

/**
 * An earlier run started a migration and did not see its end. Its task is found by its ARN, by who started it, or by asking with
 * the same token once more, which starts nothing if there is one.
 */
async function attach(
  request: MigrationRequest,
  { ledger, record }: { readonly ledger: MigrationLedger; readonly record: MigrationRecord },
  ports: MigrationPorts,
): Promise<MigrationOutcome> {
  const { tasks, clock, progress } = ports;
  progress.say(`${request.tenant}: an earlier run started a migration to ${record.release}; following it`);
  const task = record.task ?? (await tasks.running(request.cluster, startedBy(request.tenant))).at(0);
  const age = clock.now().getTime() - Date.parse(record.at);
  if (task === undefined) {
    const { attempt } = record;
    if (record.set !== request.set && age < startingMs) {
      // Somebody may be about to start it this very moment.
      await clock.sleep(5_000);
      return await migrateDatabase(request, ports);
    }
    // With the same migrations and a fresh token it is the same start again; else nothing runs, and this is a new one.
    const same = record.set === request.set && age < tokenRememberedMs;
    return await begin(request, { ledger, attempt: same ? attempt : attempt + 1 }, ports);
  }
  const result = await followTask(request, task, ports);
  if (result.result === "forgotten" || changedNothing(result) !== undefined) {
    return await begin(request, { ledger, attempt: record.attempt + 1 }, ports);
  }
  const theirs = { ...request, set: record.set, release: record.release };
  const outcome = await conclude(theirs, { ledger, attempt: record.attempt, result }, ports);
  // What was attached to may have been another release's migration; then this release's own comes after it.
  return outcome.outcome === "migrated" && record.set !== request.set ? await migrateDatabase(request, ports) : outcome;
}

/** Why a task that ended did certainly not change the database; undefined if it may have. */
function changedNothing(result: TaskResult): string | undefined {
  if (result.result !== "ended") return undefined;
  return result.end.end === "never-started" || result.end.end === "try-again" ? result.end.reason : undefined;
}

async function conclude(
  { set, release, atMostMs, definition }: Pick<MigrationRequest, "set" | "release" | "atMostMs" | "definition">,
  { ledger, attempt, result }: Attempt & { readonly result: TaskResult },
  { tasks }: MigrationPorts,
): Promise<MigrationOutcome> {
  const outcome = migrationEnd(result, { release, atMostMs });
  const loaded = ledger.record()?.done === undefined ? ledger.record()?.loaded : undefined;
  // If another run that followed the same task was first, it has written the same.
  if (outcome.outcome === "migrated" && result.result === "ended") {
    await ledger.write({ set, release, attempt, state: "done" });
    // Only now: what a success said is worth less than that it is remembered.
    const log = await lastLines(definition, result.task, tasks);
    return { outcome: "migrated", log, ...(loaded !== undefined && { loaded }) };
  }
  const ran = result.result !== "not-placed" && changedNothing(result) === undefined;
  await ledger.write({ set, release, attempt, state: "failed", ran });
  return outcome;
}

/**
 * Only what makes it this migration: asked for again from another revision, ECS names the task it started before. Tokens are the account's,
 * which may have a tenant of this name in another environment too.
 */
function tokenOf({ cluster, tenant, set }: MigrationRequest, attempt: number): string {
  return fingerprint([cluster, tenant, set, attempt]);
}

/** ECS allows 128 characters (API reference, RunTask.startedBy). */
function startedBy(tenant: string): string {
  return `migrate-${tenant}`;
}
