/** Runs a one-off task to its end. */
import type { TaskDefinition } from "../domain/service.ts";
import { type TaskEnd, type TaskState, taskEnd } from "../domain/task.ts";
import type { Clock } from "../ports/clock.ts";
import type { Progress } from "../ports/progress.ts";
import type { Tasks } from "../ports/tasks.ts";
import { waitFor } from "./wait.ts";

export interface TaskRun {
  readonly cluster: string;
  readonly definition: TaskDefinition;
  readonly taskDefinition: string;
  readonly command: readonly string[];
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly startedBy: string;
  /** The same token never starts two tasks. */
  readonly token: string;
  /** Deadline of the whole task, in milliseconds. */
  readonly atMostMs: number;
  /** Told the task's ARN as soon as there is one. */
  readonly onStart: (task: string) => Promise<void>;
}

export interface TaskPorts {
  readonly tasks: Tasks;
  readonly clock: Clock;
  readonly progress: Progress;
}

export type TaskResult =
  /** `log` is read only of a task that ran and did not succeed. */
  | { readonly result: "ended"; readonly task: string; readonly end: TaskEnd; readonly log: readonly string[] }
  | { readonly result: "not-placed"; readonly reasons: readonly string[] }
  | { readonly result: "too-slow"; readonly task: string; readonly log: readonly string[] }
  /** ECS shows a stopped task for an hour; how this one ended is not known any more. */
  | { readonly result: "forgotten"; readonly task: string };

/**
 * Starts the task and follows it. Capacity that is not there yet is asked for again for two minutes; everything else that
 * keeps a task from being placed is reported with all its reasons.
 */
export async function runTask(run: TaskRun, ports: TaskPorts): Promise<TaskResult> {
  let reasons: readonly string[] = [];
  const started = await waitFor(
    ports.clock,
    { everyMs: [2_000, 5_000, 10_000, 15_000], atMostMs: 120_000 },
    async () => {
      const answer = await ports.tasks.run({ ...run, container: run.definition.container.name });
      if ("task" in answer) return answer.task;
      reasons = answer.refused;
      return undefined;
    },
  );
  if (started === undefined) return { result: "not-placed", reasons };
  await run.onStart(started);
  return await followTask(run, started, ports);
}

/** Follows a task that was started before, to its end. */
export async function followTask(
  run: Pick<TaskRun, "cluster" | "definition" | "atMostMs">,
  task: string,
  ports: TaskPorts,
): Promise<TaskResult> {
  const { clock, tasks, progress } = ports;
  const visibleBy = clock.now().getTime() + untilVisibleMs;
  let status: TaskState["status"] | undefined;
  let deadline = clock.now().getTime() + run.atMostMs;
  const last = await waitFor(clock, { everyMs: [1_000, 1_000, 2_000], atMostMs: run.atMostMs + 60_000 }, async () => {
    const now = await tasks.describe(run.cluster, task);
    if (now === undefined) return clock.now().getTime() > visibleBy ? ("forgotten" as const) : undefined;
    if (now.status !== status) progress.say(`${run.definition.family}: task is ${now.status}`);
    status = now.status;
    // Of a task that an earlier run started, part of the time is over.
    if (now.createdAt !== undefined) deadline = now.createdAt.getTime() + run.atMostMs;
    if (now.status === "stopped") return now;
    return clock.now().getTime() > deadline ? ("too-slow" as const) : undefined;
  });
  if (last === "forgotten") return { result: "forgotten", task };
  if (last === undefined || last === "too-slow") {
    await tasks.stop(run.cluster, task, "deadline exceeded");
    return { result: "too-slow", task, log: await logOf(run.definition, task, ports) };
  }
  const end = taskEnd(last, run.definition.container.name);
  const silent = end.end === "succeeded" || end.end === "never-started";
  return { result: "ended", task, end, log: silent ? [] : await logOf(run.definition, task, ports) };
}

/** RunTask is eventually consistent: a task may be unknown right after it was started (Amazon ECS API reference, RunTask). */
const untilVisibleMs = 30_000;

/**
 * The last 50 lines of a task that ran. Lines arrive late, so it reads until two readings in a row are the same and not empty, for
 * ten seconds at the most.
 */
export async function logOf(
  definition: TaskDefinition,
  task: string,
  { tasks, clock }: Pick<TaskPorts, "tasks" | "clock">,
): Promise<readonly string[]> {
  let before: string | undefined;
  let lines: readonly string[] = [];
  await waitFor(clock, { everyMs: 1_500, atMostMs: 10_000 }, async () => {
    lines = await lastLines(definition, task, tasks);
    const text = lines.join("\n");
    if (text === before && lines.length > 0) return true;
    before = text;
    return undefined;
  });
  return lines;
}

/** The last 50 lines there are at this moment. */
export async function lastLines(
  { container: { name, logGroup } }: TaskDefinition,
  task: string,
  tasks: Pick<Tasks, "log">,
): Promise<readonly string[]> {
  return await tasks.log(logGroup, `${name}/${name}/${task.split("/").at(-1)}`, 50);
}
