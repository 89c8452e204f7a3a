/** The steps that bring a restored instance into being beside the one that serves, and look at it. */
import { OperatorError } from "../../domain/operator-error.ts";
import type { DatabaseInstance, DatabaseSettings } from "../../domain/restore-database.ts";
import { operationTag } from "../../domain/restore-names.ts";
import type { StepRecord } from "../../domain/restore-record.ts";
import { behindExit, inspectProgram } from "../../domain/restore-scripts.ts";
import { uncarried } from "../../domain/restore-settings.ts";
import { databaseLogin } from "../../domain/restore-task.ts";
import { type InstancePorts, reach } from "./reach-instance.ts";
import { fact, namesOf, output, type RestoreContext, servingInstance } from "./restore-context.ts";
import type { Perform, StepResult } from "./run-steps.ts";
import { runStepTask, type TaskEnding, withLog } from "./tenant-task.ts";

/** RDS copies the whole volume; terabytes take hours. */
const restoreAtMostMs = 8 * 3_600_000;
const changeAtMostMs = 2 * 3_600_000;

/** How often settings are set again that did not come to be; a setting RDS keeps refusing is told, not asked for for ever. */
const tries = 4;

/** Restores beside, with what the serving instance has: for a trial a single-zone copy of the instance that trials share. */
export const restoreBeside: Perform = async (context) => {
  const { desired, journal } = context;
  const record = journal.now();
  const { restored } = namesOf(context);
  if (record.source === undefined) throw new Error("a restore of files alone has no database step");
  const serving = await serves(context);
  const instance = await makeInstance(
    {
      source: record.source,
      as: restored,
      settings: record.kind === "shared" ? forACopy(serving.settings) : serving.settings,
      tags: { ...tagsOf(serving, desired.tenant.name), [operationTag]: record.operation },
    },
    context,
  );
  return {
    note: `${restored} is there, as of ${record.at}`,
    facts: { restored: { resource: instance.resource, ...(instance.host !== undefined && { host: instance.host }) } },
  };
};

/** Starts an instance from a backup and waits until it is there. One that an earlier run of the operation started is waited for. */
export async function makeInstance(
  request: Parameters<RestoreContext["cell"]["databases"]["restore"]>[0],
  ports: InstancePorts,
): Promise<DatabaseInstance> {
  const { databases } = ports.cell;
  const there = await databases.find(request.as);
  if (there === undefined) await databases.restore(request);
  const made = await reach(
    {
      what: `restoring ${request.as}`,
      find: () => databases.find(request.as),
      act: async ({ host }) => (host === undefined ? "not yet" : "reached"),
      atMostMs: restoreAtMostMs,
    },
    ports,
  );
  if (made.tags[operationTag] === request.tags[operationTag]) return made;
  throw new OperatorError(
    "name-taken",
    `${request.as} is there already and is not of this operation; look at it in the RDS console`,
  );
}

/** Every setting of the serving instance that a restore does not take, and a master password that RDS manages. */
export const carrySettings: Perform = async (context) => {
  const { cell, journal } = context;
  const { old, restored } = journal.now().facts;
  if (restored === undefined || old === undefined) throw new Error("nothing was restored yet");
  const serving = await cell.databases.findResource(old.resource);
  if (serving === undefined) throw new OperatorError("database-gone", `the instance ${old.resource} is gone`);
  const settings = { ...serving.settings, protected: false };
  const secret = await carryTo(restored.resource, settings, context);
  return {
    note: "it has every setting of the running one",
    facts: { restored: { ...restored, ...(secret !== undefined && { secret }) } },
  };
};

/** After it took a change RDS goes on showing the instance available and as it was for some seconds, now and then for longer. */
const shownLateMs = 60_000;

/** @returns ARN of the instance's master secret, if RDS is to manage one */
export async function carryTo(
  resource: string,
  settings: DatabaseSettings,
  ports: InstancePorts,
): Promise<string | undefined> {
  const { databases } = ports.cell;
  let asked = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  const carried = await reach(
    {
      what: "carrying settings",
      find: () => databases.findResource(resource),
      act: async (instance) => {
        const missing = uncarried(instance, settings);
        if (instance.pending === "change") return "not yet";
        if (missing.length === 0 && instance.pending === "nothing") return "reached";
        const now = ports.clock.now().getTime();
        if (now - askedAt < shownLateMs) return "not yet";
        if (missing.length === 0) {
          if ((await databases.reboot(instance.id)) === "taken") askedAt = now;
          return "not yet";
        }
        if (asked === tries) {
          throw new OperatorError(
            "settings-refused",
            `RDS does not give ${instance.id} the ${missing.join(", ")} of the running instance`,
          );
        }
        if ((await databases.carry(instance.id, settings)) === "taken") {
          asked++;
          askedAt = now;
        }
        return "not yet";
      },
      atMostMs: changeAtMostMs,
    },
    ports,
  );
  return settings.secretKey === undefined ? undefined : carried.secret;
}

/** Reads the restored database with the release that runs. */
export const verifyRestored: Perform = async (context, step) => {
  const { journal } = context;
  const restored = fact(journal.now(), "restored");
  const ending = await runStepTask(
    {
      family: "migrate",
      entryPoint: ["python", "-c"],
      command: [inspectProgram],
      environment: { DATABASE_HOST: restored.host ?? "" },
      secrets: restored.secret === undefined ? {} : databaseLogin(restored.secret),
    },
    step,
    context,
  );
  return inspected(ending, `${restored.host}`);
};

/** What an inspection found, as facts. */
export function inspected({ exitCode, log }: TaskEnding, where: string): StepResult {
  const rows = log.findLast((line) => line.startsWith("{"))?.slice(0, 500);
  const found = rows === undefined ? {} : { rows };
  if (exitCode === 0)
    return {
      note: `readable by the running release${rows === undefined ? "" : `: ${rows}`}`,
      facts: { behind: false, ...found },
    };
  if (exitCode === behindExit) {
    return {
      note: `readable; it misses migrations of the running release, which come after the swap${rows === undefined ? "" : `: ${rows}`}`,
      facts: { behind: true, ...found },
    };
  }
  throw new OperatorError(
    "restored-unreadable",
    withLog(`the running release cannot work with ${where} (exit code ${exitCode})`, log),
  );
}

/** The instance that serves the tenant now. */
export async function serves(context: Pick<RestoreContext, "cell" | "outputs">): Promise<DatabaseInstance> {
  const id = servingInstance(context);
  const instance = await context.cell.databases.find(id);
  if (instance !== undefined) return instance;
  throw new OperatorError(
    "database-gone",
    `there is no database instance ${id}; if an operation was cut off between its two renames, start that operation again`,
  );
}

/** A copy that lives for an hour: no standby, no backups, no protection. */
export function forACopy(settings: DatabaseSettings): DatabaseSettings {
  const { secretKey: _, monitoring: __, insights: ___, ...rest } = settings;
  return { ...rest, multiAz: false, backupRetentionDays: 0, protected: false, logExports: [] };
}

/** Tags of the serving instance without AWS's own, and the tenant's name, which is what permissions go by. */
export function tagsOf(instance: DatabaseInstance, tenant: string): Readonly<Record<string, string>> {
  const own = Object.entries(instance.tags).filter(([name]) => !name.startsWith("aws:"));
  return { ...Object.fromEntries(own), "mate-tenant": tenant };
}

/** Programs for a trial's databases run as the master user of the instance that trials share, in a role that may read its secret. */
export async function runTrialProgram(
  program: string,
  environment: Readonly<Record<string, string>>,
  { step, context }: { readonly step: StepRecord; readonly context: RestoreContext },
): Promise<string> {
  const { outputs } = context;
  const admin = output(outputs, "DatabaseAdminSecretArn");
  const { exitCode, log } = await runStepTask(
    {
      family: "provision",
      entryPoint: ["sh", "-c"],
      command: [program],
      environment: {
        PGHOST: output(outputs, "DatabaseHost"),
        PGPORT: output(outputs, "DatabasePort"),
        PGDATABASE: "mate",
        PGSSLMODE: "verify-full",
        ...environment,
      },
      secrets: {
        PGUSER: `${admin}:username::`,
        PGPASSWORD: `${admin}:password::`,
        ...databaseLogin(output(outputs, "DatabaseSecretArn")),
      },
      executionRole: output(outputs, "ProvisionExecutionRoleArn"),
    },
    step,
    context,
  );
  if (exitCode === 0) return log.at(-1) ?? "done";
  throw new OperatorError("trial-database-failed", withLog(`the task ended with exit code ${exitCode}`, log));
}
