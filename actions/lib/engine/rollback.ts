import type { Facts } from "../domain/command/confirmation.ts";
import type { CommandOf } from "../domain/command/grammar.ts";
import { clusterName } from "../domain/environment-names.ts";
import { migrationKey, migrationRecord } from "../domain/migration.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { saidInFile } from "../domain/override.ts";
import { releaseTag } from "../domain/tenant-services.ts";
import { builtRelease } from "./built-release.ts";
import type { ActionEnd } from "./command/action-end.ts";
import { type Setting, serviceName } from "./command/setting.ts";
import { releaseOfTenant, rollTo, runningRelease } from "./command/tenant-release.ts";
import { refusedByContract } from "./contract-check.ts";
import { overridesInWords, putOverride, takeBackOverride } from "./live-overrides.ts";

type Subject = Pick<Setting, "tenant" | "environment" | "cell">;

/**
 * Puts a tenant's services back to an earlier release. Migrations are not undone, so a release that does not know a contract migration
 * of the database is refused. If the older release does not become healthy, everything runs what it ran before.
 */
export async function rollback(command: CommandOf<"rollback">, setting: Setting): Promise<ActionEnd> {
  const { tenant, file, cell, clock, operation, by, progress } = setting;
  const saw = await setting.firstSight({
    release: await releaseToGoBackTo(command, setting),
    running: (await runningRelease(setting)) ?? "unknown",
    overrides: await overridesInWords(tenant.name, cell.records),
  });
  // A run that goes on where another was lost may find the older release running, and must not take the newer one for it.
  const { release = "", running = "" } = saw;
  const built = await builtRelease(release, cell.records);
  const stored = await cell.records.get(migrationKey(tenant.name));
  const database = stored === undefined ? undefined : migrationRecord.parse(stored.value);
  const wanted = { tenant: tenant.name, release, contract: built?.contract ?? [] };
  const refused = await refusedByContract(wanted, database, cell.records);
  if (refused !== undefined) throw new OperatorError("past-contract-migration", refused);
  const target = await releaseOfTenant({ ...tenant, release }, setting);
  await putOverride(
    {
      ...{ kind: "rollback", tenant: tenant.name, release, since: clock.now().toISOString(), by, operation },
      inFile: saidInFile(file, { kind: "rollback" }),
      ...(command.reason !== undefined && { reason: command.reason }),
    },
    cell.records,
  );
  progress.say(`${tenant.name}: ${running} → ${release}`);
  const rolled = await rollTo(target, setting);
  if (rolled.outcome === "failed") {
    const { reasonCode, cause, evidence, rolledBack } = rolled;
    await takeBackOverride({ tenant: tenant.name, operation }, saw.overrides, cell.records);
    return {
      ...{ end: "failed", reasonCode, cause, evidence },
      running:
        rolledBack.length === 0
          ? "what ran before still runs"
          : `${rolledBack.join(", ")} run again what they ran before`,
      next: [{ verb: "diagnose", tenant: tenant.name }],
    };
  }
  if (running === release && rolled.outcome === "unchanged" && file.release === release)
    return { end: "unchanged", running: `it runs ${release}` };
  return {
    end: "done",
    changes: [{ what: "release", before: running, after: release }],
    running: `all services run ${release}, and their deployments succeeded`,
    notes: [
      "migrations were not undone: the database is as the newer release left it",
      `the tenant stays on ${release} until its file says another release, or none`,
    ],
    record: { what: "release", release },
  };
}

/** Whether going back crosses a migration, from what is known of how both releases were built. Nothing is changed. */
export async function migrationBetween(
  command: CommandOf<"rollback">,
  subject: Subject,
): Promise<Facts["migrationBetween"]> {
  const running = await runningRelease(subject);
  const release = await releaseToGoBackTo(command, subject);
  if (running === undefined) return "unknown";
  if (running === release) return "no";
  const { records } = subject.cell;
  const [now, then] = [await builtRelease(running, records), await builtRelease(release, records)];
  if (now?.migrations === undefined || then?.migrations === undefined) return "unknown";
  return now.migrations === then.migrations ? "no" : "yes";
}

/**
 * The release that was named, or the last one that ran here successfully before the present one.
 *
 * @throws OperatorError `no-earlier-release` if ECS remembers none
 */
export async function releaseToGoBackTo(command: CommandOf<"rollback">, subject: Subject): Promise<string> {
  if (command.release !== undefined) return command.release;
  const { tenant, environment, cell } = subject;
  const running = await runningRelease(subject);
  for (const arn of await cell.insight.ranBefore(clusterName(environment), serviceName(tenant, "django"))) {
    const { tags } = await cell.services.taskDefinition(arn);
    const release = tags[releaseTag];
    if (release !== undefined && release !== running) return release;
  }
  throw new OperatorError(
    "no-earlier-release",
    `ECS remembers no other release that ran for ${tenant.name}; name one: /rollback ${tenant.name} v1.0.0`,
  );
}
