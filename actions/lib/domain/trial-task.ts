/** The one-off task that makes a trial's own database on the instance that trials share (infra/README.md, "A trial's database"). */
import { fingerprint } from "./fingerprint.ts";
import type { TaskDefinition } from "./service.ts";
import { fromOutputs, type Outputs, type ReadOutput } from "./stack-outputs.ts";
import { contentTag } from "./tenant-services.ts";

/**
 * @param migration the tenant's migration task, whose image and network it shares; the image brings psql 14 or later
 * @param script content of infra/tenant/provision-trial.sql
 * @throws OperatorError `missing-output` naming every output the stacks do not have
 */
export function trialTask(migration: TaskDefinition, outputs: Outputs, script: string): TaskDefinition {
  const stack = migration.family.replace(/-(migrate|provision)$/, "");
  return fromOutputs(stack, outputs, (output) =>
    provisionTask(migration, { family: `${stack}-provision`, output, script }),
  );
}

function provisionTask(
  migration: TaskDefinition,
  { family, output, script }: { readonly family: string; readonly output: ReadOutput; readonly script: string },
): TaskDefinition {
  const admin = output("DatabaseAdminSecretArn");
  const own = output("DatabaseSecretArn");
  const content = {
    family,
    cpu: 256,
    memory: 512,
    architecture: migration.architecture,
    taskRole: migration.taskRole,
    executionRole: output("ProvisionExecutionRoleArn"),
    container: {
      name: "provision",
      image: migration.container.image,
      // Not the image's own entry point: psql gets the script on standard input, and its exit code is the task's.
      entryPoint: ["sh", "-c"],
      command: [`printf '%s\\n' "$PROVISION_SCRIPT" | psql --no-psqlrc --set ON_ERROR_STOP=1`],
      environment: {
        PGHOST: output("DatabaseHost"),
        PGPORT: output("DatabasePort"),
        PGDATABASE: "mate",
        PGSSLMODE: "verify-full",
        DATABASE_NAME: output("DatabaseName"),
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
