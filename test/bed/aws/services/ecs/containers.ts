/** The containers of one task: started in the order of their dependencies, followed, and stopped. */
import type { Container, ContainerDefinition } from "@aws-sdk/client-ecs";
import type { World } from "../../kernel.ts";
import { type ContainerLog, openLog } from "./container-logs.ts";
import { ecsControls } from "./controls.ts";
import { PullFailure } from "./drivers/driver.ts";
import type { PreparedContainer } from "./prepare.ts";
import type { TaskRecord } from "./state.ts";
import { endTask } from "./task-life.ts";

export interface ContainerLives {
  /** Resolves when every container has been started. */
  readonly allStarted: Promise<void>;
  anyRunning(): boolean;
  readonly all: readonly ContainerLife[];
}

export interface ContainerLife {
  readonly definition: ContainerDefinition;
  readonly shown: Container;
  /** What its health checks would say now. */
  answers: boolean;
  /** Told when that changes. */
  answersChanged: () => void;
  readonly started: PromiseWithResolvers<void>;
  readonly healthy: PromiseWithResolvers<void>;
  /** Resolves, after its last log line can be read, to the exit code. */
  readonly exited: PromiseWithResolvers<number | undefined>;
  over: boolean;
  stop: () => void;
}

/** Fargate waits 30 seconds between SIGTERM and SIGKILL unless the container says otherwise. */
const STOP_TIMEOUT_SECONDS = 30;

/** Starts the containers of a task; an essential one that ends makes the task end. */
export function startContainers(
  world: World,
  task: TaskRecord,
  prepared: readonly PreparedContainer[],
): ContainerLives {
  const all = prepared.map(({ definition }) => newLife(task, definition));
  const starts = prepared.map(async (one, at) => {
    const life = all[at] as ContainerLife;
    await dependenciesOf(life, all);
    if (task.ending === undefined) await startOne(world, task, { ...one, life });
    else finishUnstarted(life);
  });
  return {
    allStarted: Promise.all(starts).then(() => {}),
    anyRunning: () => all.some((life) => life.shown.lastStatus === "RUNNING"),
    all,
  };
}

/** Stops what still runs; resolves when all of it has ended. */
export async function stopContainers(lives: ContainerLives): Promise<void> {
  for (const life of lives.all) {
    if (life.shown.lastStatus === "RUNNING") life.stop();
    else finishUnstarted(life);
  }
  await Promise.all(lives.all.map((life) => life.exited.promise));
}

function newLife(task: TaskRecord, definition: ContainerDefinition): ContainerLife {
  const shown = task.shown.containers?.find((container) => container.name === definition.name) ?? {};
  return {
    definition,
    shown,
    answers: true,
    answersChanged: () => {},
    started: Promise.withResolvers(),
    healthy: Promise.withResolvers(),
    exited: Promise.withResolvers(),
    over: false,
    stop: () => {},
  };
}

async function dependenciesOf(life: ContainerLife, all: readonly ContainerLife[]): Promise<void> {
  for (const { containerName, condition } of life.definition.dependsOn ?? []) {
    const other = all.find((one) => one.definition.name === containerName);
    if (other === undefined) continue;
    switch (condition) {
      case "START":
        await other.started.promise;
        break;
      case "HEALTHY":
        await other.healthy.promise;
        break;
      case "COMPLETE":
      case "SUCCESS":
      case undefined:
        await other.exited.promise;
        break;
    }
  }
}

async function startOne(
  world: World,
  task: TaskRecord,
  { definition, run, life }: PreparedContainer & { readonly life: ContainerLife },
): Promise<void> {
  const log = await openLog(world, task.cluster.call, { container: definition, taskId: task.id });
  life.shown.runtimeId = `${task.id}-${world.hex(10)}`;
  try {
    life.shown.lastStatus = "RUNNING";
    const running = await ecsControls(world).driver.start(run, {
      line: log.write,
      health: (healthy) => {
        life.answers = healthy;
        life.answersChanged();
      },
      exit: (code, reason) => void exit({ task, life, log }, code, reason),
    });
    task.running.set(definition.name ?? "", running);
    life.stop = () => running.stop((definition.stopTimeout ?? STOP_TIMEOUT_SECONDS) * 1000);
    life.started.resolve();
  } catch (error) {
    const kind = error instanceof PullFailure ? "CannotPullContainerError" : "CannotStartContainerError";
    const reason = `${kind}: ${error instanceof Error ? error.message : String(error)}`;
    life.started.resolve();
    life.shown.reason = reason;
    endTask(task, { code: "TaskFailedToStart", reason, wanted: false });
    finishUnstarted(life);
  }
}

async function exit(
  { task, life, log }: { readonly task: TaskRecord; readonly life: ContainerLife; readonly log: ContainerLog },
  code: number | undefined,
  reason: string | undefined,
): Promise<void> {
  if (life.over) return;
  life.over = true;
  if (code !== undefined) life.shown.exitCode = code;
  if (reason !== undefined) life.shown.reason = reason;
  life.shown.lastStatus = "STOPPED";
  await log.flush();
  life.exited.resolve(code);
  if (life.definition.essential !== false) {
    endTask(task, { code: "EssentialContainerExited", reason: "Essential container in task exited", wanted: false });
  }
}

function finishUnstarted(life: ContainerLife): void {
  if (!life.over && life.shown.lastStatus !== "RUNNING") life.shown.lastStatus = "STOPPED";
  if (life.shown.exitCode === undefined) life.exited.resolve(undefined);
}
