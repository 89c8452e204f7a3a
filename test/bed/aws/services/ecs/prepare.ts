/** Before a container of a task can start: its image, its secrets and its log group. */
import type { ContainerDefinition, TaskOverride } from "@aws-sdk/client-ecs";
import type { World } from "../../kernel.ts";
import { logObstacle } from "./container-logs.ts";
import { ecsControls } from "./controls.ts";
import type { ContainerRun } from "./drivers/driver.ts";
import { behaviourOf } from "./drivers/scripted.ts";
import { cpuUnits, memoryMib } from "./fargate-sizes.ts";
import { pull } from "./images.ts";
import { roleObstacle } from "./roles.ts";
import { readSecrets } from "./secrets.ts";
import type { TaskRecord } from "./state.ts";

export interface PreparedContainer {
  readonly definition: ContainerDefinition;
  readonly run: ContainerRun;
}

/** Everything needed to start the containers, or why the task cannot start (the text of its stopped reason). */
export async function prepare(
  world: World,
  task: TaskRecord,
  overrides: TaskOverride,
): Promise<{ readonly containers: readonly PreparedContainer[] } | { readonly obstacle: string }> {
  const unassumable = await roleObstacle(world, task, overrides);
  if (unassumable !== undefined) return { obstacle: unassumable };
  const containers: PreparedContainer[] = [];
  for (const definition of task.definition.containerDefinitions ?? []) {
    const { call } = task.cluster;
    const image = await pull(world, call, definition.image ?? "");
    if ("obstacle" in image) return image;
    const digest = pinnedDigest(task, definition) ?? image.digest;
    const secrets = await readSecrets(world, call, definition.secrets ?? []);
    if ("obstacle" in secrets) return secrets;
    const obstacle = await logObstacle(world, call, definition);
    if (obstacle !== undefined) return { obstacle };
    const shown = task.shown.containers?.find((container) => container.name === definition.name);
    if (shown !== undefined) shown.imageDigest = digest;
    const run = containerRun({ task, definition, overrides, digest, secrets: secrets.values });
    const { neverStarts } = behaviourOf(run, ecsControls(world).scripts);
    if (neverStarts !== undefined) return { obstacle: neverStarts };
    containers.push({ definition, run });
  }
  return { containers };
}

/** A deployment resolves tags once, so all its tasks run the same image (version consistency). */
function pinnedDigest(task: TaskRecord, definition: ContainerDefinition): string | undefined {
  if (definition.versionConsistency === "disabled") return undefined;
  return task.deployment?.revision.containerImages?.find((image) => image.containerName === definition.name)
    ?.imageDigest;
}

function containerRun(from: {
  readonly task: TaskRecord;
  readonly definition: ContainerDefinition;
  readonly overrides: TaskOverride;
  readonly digest: string;
  readonly secrets: Readonly<Record<string, string>>;
}): ContainerRun {
  const { task, definition } = from;
  const override = from.overrides.containerOverrides?.find((one) => one.name === definition.name);
  const pairs = [...(definition.environment ?? []), ...(override?.environment ?? [])];
  return {
    taskArn: task.arn,
    taskId: task.id,
    cluster: task.cluster.name,
    service: task.service?.name,
    family: task.definition.family ?? "",
    container: definition.name ?? "",
    image: definition.image ?? "",
    imageDigest: from.digest,
    entryPoint: definition.entryPoint ?? [],
    command: override?.command ?? definition.command ?? [],
    environment: {
      AWS_REGION: task.cluster.call.caller.region,
      ...Object.fromEntries(pairs.map(({ name = "", value = "" }) => [name, value])),
      ...from.secrets,
    },
    ports: (definition.portMappings ?? []).map((port) => port.containerPort ?? 0),
    cpu: cpuUnits(task.shown.cpu ?? "256"),
    memory: override?.memory ?? definition.memory ?? memoryMib(task.shown.memory ?? "512"),
    user: definition.user,
    workingDirectory: definition.workingDirectory,
    healthCheck: definition.healthCheck?.command,
  };
}
