/** One-off tasks of a restore: the running release's image with another program, and another database where one is to be looked at. */
import { canonicalJson, fingerprint } from "./fingerprint.ts";
import type { Container, TaskDefinition } from "./service.ts";
import { contentTag } from "./tenant-services.ts";

export interface RestoreTask {
  /** Which of the tenant's families and log groups: those who may run tasks of them are told by name. */
  readonly family: "migrate" | "provision";
  /** Program of the image; undefined is the image's own, which takes a word. */
  readonly entryPoint?: readonly string[];
  readonly command: readonly string[];
  /** Laid over what the running service has. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Role that may read the secrets; undefined is the service's. */
  readonly executionRole?: string;
}

/** The task's definition, made from the definition that the web service runs: same image, size, role and volumes, no port and no check. */
export function restoreTask(running: TaskDefinition, stack: string, task: RestoreTask): TaskDefinition {
  const { healthCheck: _, port: __, ...container } = running.container;
  const own: Container = {
    ...container,
    name: task.family,
    ...(task.entryPoint !== undefined && { entryPoint: task.entryPoint }),
    command: task.command,
    environment: { ...container.environment, ...task.environment },
    secrets: { ...container.secrets, ...task.secrets },
    stopTimeoutSeconds: 120,
    logGroup: `/ecs/${stack}/${task.family}`,
  };
  const { tags, ...rest } = running;
  const content = {
    ...rest,
    family: `${stack}-${task.family}`,
    executionRole: task.executionRole ?? running.executionRole,
    container: own,
  };
  return { ...content, tags: { ...tags, [contentTag]: fingerprint(canonicalJson(content)) } };
}

/** A definition that takes the database's login from another secret. */
export function withDatabaseSecret(definition: TaskDefinition, secret: string): TaskDefinition {
  const secrets = { ...definition.container.secrets, ...databaseLogin(secret) };
  const { tags, ...content } = { ...definition, container: { ...definition.container, secrets } };
  return { ...content, tags: { ...tags, [contentTag]: fingerprint(canonicalJson(content)) } };
}

/** Where ECS finds user and password in a secret. */
export function databaseLogin(secret: string): Readonly<Record<"DATABASE_USER" | "DATABASE_PASSWORD", string>> {
  return { DATABASE_USER: `${secret}:username::`, DATABASE_PASSWORD: `${secret}:password::` };
}
