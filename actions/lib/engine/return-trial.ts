/** The database of a trial that comes back is loaded from its last dump, once, between its making and its first migration. */
import { fingerprint } from "../domain/fingerprint.ts";
import type { MigrationRecord } from "../domain/migration.ts";
import { dumpUrl, type KnownDump, noDumpExit } from "../domain/trial-dump.ts";
import { loadedWords, trialReturnTask } from "../domain/trial-return.ts";
import type { Records } from "../ports/records.ts";
import { ensureDefinition } from "./ensure-definition.ts";
import { lastDump } from "./left-behind.ts";
import type { MigrationRequest } from "./migrate-database.ts";
import type { MigrationLedger } from "./migration-ledger.ts";
import { failedMigration, type MigrationOutcome } from "./migration-outcome.ts";
import type { TrialDatabase } from "./provision-trial.ts";
import { logOf, runTask, type TaskPorts, type TaskResult } from "./run-task.ts";
import { taskFailure } from "./task-failure.ts";

/** A dump of a trial is loaded in minutes; an hour is for one that grew. */
const atMostMs = 60 * 60_000;

/** How often a task that loaded nothing is started, all in all. */
const starts = 3;

/** The dump that a trial's database still has to be loaded from; undefined once it was, or if there never was one. */
export async function dumpToLoad(
  tenant: string,
  record: MigrationRecord | undefined,
  records: Pick<Records, "get">,
): Promise<KnownDump | undefined> {
  if (record?.done !== undefined || record?.loaded !== undefined) return undefined;
  return await lastDump(tenant, records);
}

/**
 * Loads what the tenant left into its new database. All of it is one transaction and nothing is loaded over tables, so a run whose end
 * nobody saw is simply repeated; with the same token ECS does not even start it again.
 *
 * @param attempt of the migration that comes next: a run that takes over from a lost one has the same
 * @returns what went wrong, or undefined if the database holds what it can
 */
export async function loadTrial(
  request: Pick<
    MigrationRequest,
    "tenant" | "cluster" | "set" | "release" | "definition" | "subnets" | "securityGroups"
  > & {
    readonly trial: TrialDatabase;
  },
  { ledger, attempt }: { readonly ledger: MigrationLedger; readonly attempt: number },
  ports: TaskPorts & { readonly services: Parameters<typeof ensureDefinition>[1]; readonly records: Records },
): Promise<MigrationOutcome | undefined> {
  const { tenant, set, release } = request;
  const dump = await dumpToLoad(tenant, ledger.record(), ports.records);
  if (dump === undefined) return undefined;
  ports.progress.say(`${tenant}: loading its database from ${dumpUrl(dump)}`);
  const definition = trialReturnTask(request.trial.definition, request.definition, dump);
  const taskDefinition = await ensureDefinition(definition, ports.services);
  const result = await started();
  const loaded = await loadedFrom(dump, result, { definition, ports });
  if (loaded === undefined) {
    await ledger.write({ set, release, attempt, state: "failed", ran: false });
    return failedLoad(tenant, dump, result);
  }
  ports.progress.say(`${tenant}: ${loaded}`);
  if (await ledger.loaded(loaded)) return undefined;
  return failedMigration(
    "migration-elsewhere",
    `another run migrates ${tenant} at this moment; deploy again when it is done`,
  );

  async function started(): Promise<TaskResult> {
    for (let start = 1; ; start++) {
      const end = await runTask(
        {
          ...{ ...request, definition, taskDefinition, atMostMs },
          command: definition.container.command,
          startedBy: `load-${tenant}`,
          token: fingerprint(["load", tenant, dump, attempt, start]),
          onStart: async () => {},
        },
        ports,
      );
      const nothing = end.result === "forgotten" || (end.result === "ended" && end.end.end === "never-started");
      if (!nothing || start === starts) return end;
    }
  }
}

/** What the database holds now, in words; undefined if the load failed. */
async function loadedFrom(
  dump: KnownDump,
  result: TaskResult,
  { definition, ports }: { readonly definition: TrialDatabase["definition"]; readonly ports: TaskPorts },
): Promise<string | undefined> {
  if (result.result !== "ended") return undefined;
  const { end, task } = result;
  if (end.end === "succeeded") {
    const said = (await logOf(definition, task, ports)).at(-1);
    return loadedWords(dump, said ?? "the task succeeded");
  }
  const expired = ports.clock.now().getTime() > dump.keptUntil.getTime();
  if (end.end !== "failed" || end.exitCode !== noDumpExit || !expired) return undefined;
  return `database begins empty: its last dump ${dumpUrl(dump)} was kept until ${dump.keptUntil.toISOString()} and is gone`;
}

function failedLoad(tenant: string, dump: KnownDump, result: TaskResult): MigrationOutcome {
  const log = "log" in result ? result.log : [];
  if (result.result === "ended" && result.end.end === "failed" && result.end.exitCode === noDumpExit) {
    return failedMigration(
      "dump-missing",
      `the last dump of trial ${tenant}, ${dumpUrl(dump)}, is not there although S3 keeps it until ${dump.keptUntil.toISOString()}; put a dump under that key, or give the tenant another name`,
      log,
    );
  }
  return failedMigration(
    "trial-not-loaded",
    `the database of trial ${tenant} could not be loaded from ${dumpUrl(dump)}, and is empty: ${taskFailure(result, atMostMs)}`,
    log,
  );
}
