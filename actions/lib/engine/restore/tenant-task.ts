import { clusterName } from "../../domain/environment-names.ts";
import { fingerprint } from "../../domain/fingerprint.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import { type StepRecord, stepOf, withStep } from "../../domain/restore-record.ts";
import { type RestoreTask, restoreTask } from "../../domain/restore-task.ts";
import type { TaskDefinition } from "../../domain/service.ts";
import { taskNetworkOf } from "../../domain/task-network.ts";
import { ensureDefinition } from "../ensure-definition.ts";
import { followTask, logOf, runTask, type TaskResult } from "../run-task.ts";
import type { RestoreContext, RestoreTarget } from "./restore-context.ts";

export interface TaskEnding {
  readonly exitCode: number;
  /** The last lines, oldest first. */
  readonly log: readonly string[];
}

export interface TaskPlace {
  /** What the task is for, as part of its token: the same token never starts two. */
  readonly token: string;
  /** Task an earlier run started, if one did. */
  readonly task?: string;
  readonly onStart: (task: string) => Promise<void>;
  readonly atMostMs: number;
}

/** How often a task that never got to run is started again. */
const starts = 3;

/**
 * Runs a task of a step to its end. One that an earlier run started is followed, not started again.
 *
 * @throws OperatorError when it did not run to an end of its own; any exit code is the caller's to judge
 */
export async function runStepTask(task: RestoreTask, step: StepRecord, context: RestoreContext): Promise<TaskEnding> {
  const { journal } = context;
  return await runTenantTask(
    task,
    {
      token: `${journal.now().operation} ${step.step} ${step.attempt}`,
      ...(step.task !== undefined && { task: step.task }),
      onStart: async (started) => {
        await journal.write((record) => withStep(record, { ...(stepOf(record, step.step) ?? step), task: started }));
      },
      atMostMs: 60 * 60_000,
    },
    context,
  );
}

/** The same for work that has no steps. */
export async function runTenantTask(task: RestoreTask, place: TaskPlace, target: RestoreTarget): Promise<TaskEnding> {
  const { cell, desired, outputs } = target;
  const definition = restoreTask(await runningWeb(target), desired.stack.name, task);
  const cluster = clusterName(desired.environment);
  const ports = { ...cell, clock: target.clock, progress: target.progress };
  if (place.task !== undefined) {
    const run = { cluster, definition, atMostMs: place.atMostMs };
    return await ending(await followTask(run, place.task, ports), { definition, task: place.task, target });
  }
  const taskDefinition = await ensureDefinition(definition, cell.services);
  for (let attempt = 1; ; attempt++) {
    let taken = "";
    const result = await runTask(
      {
        cluster,
        definition,
        taskDefinition,
        command: definition.container.command,
        ...taskNetworkOf(desired.stack.name, desired.tenant.tier, outputs),
        startedBy: `restore-${desired.tenant.name}`,
        token: fingerprint([place.token, taskDefinition, attempt]),
        atMostMs: place.atMostMs,
        onStart: async (started) => {
          taken = started;
          await place.onStart(started);
        },
      },
      ports,
    );
    const again = result.result === "ended" && result.end.end === "never-started" && attempt < starts;
    if (!again) return await ending(result, { definition, task: taken, target });
  }
}

/**
 * What the web service runs: its image is the release the hospital works with, whatever its file says by now.
 *
 * @throws OperatorError `no-services` for a tenant that was never rolled
 */
export async function runningWeb({ cell, desired }: RestoreTarget): Promise<TaskDefinition> {
  const name = `${desired.stack.name}-django`;
  const [service] = await cell.services.find(clusterName(desired.environment), [name]);
  if (service !== undefined) return await cell.services.taskDefinition(service.taskDefinition);
  throw new OperatorError("no-services", `there is no service ${name}; deploy ${desired.tenant.name} first`);
}

async function ending(
  result: TaskResult,
  of: { readonly definition: TaskDefinition; readonly task: string; readonly target: RestoreTarget },
): Promise<TaskEnding> {
  const { task } = of;
  switch (result.result) {
    case "not-placed":
      throw new OperatorError("task-not-placed", `ECS could not place the task: ${result.reasons.join("; ")}`);
    case "too-slow":
      throw new OperatorError("task-too-slow", withLog(`task ${task} did not end in time and was stopped`, result.log));
    case "forgotten":
      throw new OperatorError("task-forgotten", `ECS no longer knows task ${task}, so how it ended is not known`);
    case "ended":
      return await ended(result, of);
  }
}

async function ended(
  { end, log }: Extract<TaskResult, { readonly result: "ended" }>,
  { definition, task, target }: Parameters<typeof ending>[1],
): Promise<TaskEnding> {
  switch (end.end) {
    case "succeeded":
      return { exitCode: 0, log: await logOf(definition, task, { tasks: target.cell.tasks, clock: target.clock }) };
    case "never-started":
      throw new OperatorError("task-never-started", `the task never started: ${end.reason}`);
    case "try-again":
      throw new OperatorError("task-try-again", withLog(`${end.reason}; start this operation again in a minute`, log));
    case "failed":
      if (end.exitCode !== undefined) return { exitCode: end.exitCode, log };
      throw new OperatorError("task-failed", withLog(end.reason, log));
  }
}

/** A task's failure with its last lines: what it printed is mostly why. */
export function withLog(cause: string, log: readonly string[]): string {
  return log.length === 0 ? cause : `${cause}; its last lines: ${log.slice(-12).join(" | ")}`;
}
