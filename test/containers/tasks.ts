/** One-off and service tasks that have ended, as ECS describes them. */
import type { Rehearsal } from "../fixtures/rehearsal.ts";

export interface EndedTask {
  readonly arn: string;
  readonly family: string;
  readonly stopCode: string;
  readonly stoppedReason: string;
  readonly container: string;
  readonly exitCode: number | undefined;
  readonly image: string;
}

/** @param family of the task definition, such as `mate-clinic-x-production-migrate`; the oldest first */
export async function endedTasks({ invoke }: Pick<Rehearsal, "invoke">, family: string): Promise<readonly EndedTask[]> {
  const cluster = "mate-production";
  const { taskArns } = await invoke<{ taskArns: readonly string[] }>("ecs", "ListTasks", {
    ...{ cluster, family, desiredStatus: "STOPPED" },
  });
  if (taskArns.length === 0) return [];
  const { tasks } = await invoke<{ tasks: readonly Shown[] }>("ecs", "DescribeTasks", { cluster, tasks: taskArns });
  return tasks
    .toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt))
    .map(({ taskArn, stopCode = "", stoppedReason = "", containers: [one] }) => ({
      ...{ arn: taskArn, family, stopCode, stoppedReason },
      ...{ container: one?.name ?? "", exitCode: one?.exitCode, image: one?.imageDigest ?? "" },
    }));
}

interface Shown {
  readonly taskArn: string;
  readonly createdAt: Date;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly containers: readonly { readonly name: string; readonly exitCode?: number; readonly imageDigest?: string }[];
}
