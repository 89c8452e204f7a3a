/** The one-off task that makes a trial's own database on the instance that trials share (infra/README.md, "A trial's database"). */
import { fingerprint } from "./fingerprint.ts";
import type { TaskDefinition } from "./service.ts";
import { contentTag, type Outputs } from "./tenant-services.ts";

/**
 * @param migration the tenant's migration task, whose image and network it shares; the image brings psql 14 or later
 * @param script content of infra/tenant/provision-trial.sql
 */
export function trialTask(migration: TaskDefinition, outputs: Outputs, script: string): TaskDefinition {
  const family = migration.family.replace(/-migrate$/, "-provision");
  const admin = outputs.DatabaseAdminSecretArn ?? "";
  const own = outputs.DatabaseSecretArn ?? "";
  const content = {
    family,
    cpu: 256,
    memory: 512,
    architecture: migration.architecture,
    taskRole: migration.taskRole,
    executionRole: outputs.ProvisionExecutionRoleArn ?? "",
    container: {
      name: "provision",
      image: migration.container.image,
      // Not the image's own entry point: psql gets the script on standard input, and its exit code is the task's.
      entryPoint: ["sh", "-c"],
      command: [`printf '%s\\n' "$PROVISION_SCRIPT" | psql --no-psqlrc --set ON_ERROR_STOP=1`],
      environment: {
        PGHOST: outputs.DatabaseHost ?? "",
        PGPORT: outputs.DatabasePort ?? "",
        PGDATABASE: "mate",
        PGSSLMODE: "verify-full",
        DATABASE_NAME: outputs.DatabaseName ?? "",
        PROVISION_SCRIPT: script,
      },
      secrets: {
        PGUSER: `${admin}:username::`,
        PGPASSWORD: `${admin}:password::`,
        DATABASE_USER: `${own}:username::`,
        DATABASE_PASSWORD: `${own}:password::`,
      },
      stopTimeoutSeconds: 30,
      logGroup: migration.container.logGroup.replace(/\/migrate$/, "/provision"),
      mounts: [],
    },
    volumes: [],
    region: migration.region,
  };
  return { ...content, tags: { ...migration.tags, [contentTag]: fingerprint(content) } };
}

/** Hash of what decides whether a trial's database has to be made again: everything but the image psql comes from. */
export function trialFingerprint({ container }: TaskDefinition): string {
  return fingerprint([container.command, container.environment, container.secrets]);
}
