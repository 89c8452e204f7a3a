import { fingerprint } from "../domain/fingerprint.ts";
import type { TaskDefinition } from "../domain/service.ts";
import { type DefinitionStore, ensureDefinition } from "./ensure-definition.ts";
import type { MigrationLedger } from "./migration-ledger.ts";
import { failedMigration, type MigrationOutcome } from "./migration-outcome.ts";
import { runTask, type TaskPorts, type TaskRun } from "./run-task.ts";
import { taskFailure } from "./task-failure.ts";

export interface TrialDatabase {
  readonly definition: TaskDefinition;
  /** Hash of what it is made with: an equal one in the record means there is nothing to do. */
  readonly fingerprint: string;
}

/** Making a database takes seconds; ten minutes are for a task that starts slowly. */
const atMostMs = 10 * 60_000;

/**
 * Makes a trial's database, once. The script can run any number of times, so a run whose end nobody saw is simply repeated.
 *
 * @returns what went wrong, or undefined if the database is there
 */
export async function provisionTrial(
  request: Pick<TaskRun, "cluster" | "subnets" | "securityGroups"> & {
    readonly tenant: string;
    readonly trial: TrialDatabase;
  },
  ledger: MigrationLedger,
  ports: TaskPorts & { readonly services: DefinitionStore },
): Promise<MigrationOutcome | undefined> {
  const { tenant, trial } = request;
  const record = ledger.record();
  if (record?.provisioned === trial.fingerprint) return undefined;
  ports.progress.say(`${tenant}: making the trial's database on the shared instance`);
  const result = await runTask(
    {
      ...request,
      definition: trial.definition,
      taskDefinition: await ensureDefinition(trial.definition, ports.services),
      command: trial.definition.container.command,
      startedBy: `provision-${tenant}`,
      token: fingerprint([tenant, trial.fingerprint, ports.clock.now().getTime()]),
      atMostMs,
      onStart: async () => {},
    },
    ports,
  );
  if (result.result === "ended" && result.end.end === "succeeded") {
    if (await ledger.provisioned(trial.fingerprint)) return undefined;
    return failedMigration(
      "migration-elsewhere",
      `another run is migrating ${tenant} at this moment; deploy again when it is done`,
    );
  }
  return failedMigration(
    "trial-database-failed",
    `the database of trial ${tenant} could not be made: ${taskFailure(result, atMostMs)}`,
    "log" in result ? result.log : [],
  );
}
