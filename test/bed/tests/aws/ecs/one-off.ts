/** One-off tasks in tests: run to their end, and what they wrote. */
import type { Task } from "@aws-sdk/client-ecs";
import { CALL, type EcsWorld } from "./ecs-world.ts";

/** Runs a task and resolves to what is shown of it once it is STOPPED. */
export async function runToEnd(bed: EcsWorld, taskDefinition: string, more: object = {}): Promise<Task> {
  const { tasks } = await bed.ecs<{ tasks: Task[] }>("RunTask", {
    cluster: "mate",
    taskDefinition,
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
    ...more,
  });
  return bed.until(async () => {
    const task = await bed.task(tasks[0]?.taskArn);
    return task.lastStatus === "STOPPED" ? task : undefined;
  });
}

/** The lines of the container `app` in the log group /mate/st-marys, stream prefix `migrate`. */
export async function logLines(bed: EcsWorld, task: Task): Promise<string[]> {
  const logStreamName = `migrate/app/${task.taskArn?.split("/").at(-1)}`;
  const input = { logGroupName: "/mate/st-marys", logStreamName, startFromHead: true };
  const { events } = await bed.world.invoke<{ events: { message: string }[] }>(
    "cloudwatch-logs",
    "GetLogEvents",
    input,
    CALL,
  );
  return events.map((event) => event.message);
}
