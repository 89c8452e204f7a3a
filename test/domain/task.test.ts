import { describe, expect, test } from "vitest";
import { type TaskState, taskEnd } from "../../actions/lib/domain/task.ts";

const started = new Date(0);
const stopped: TaskState = { task: "t", status: "stopped", startedAt: started, containers: [] };
const containers = (exitCode?: number, reason?: string): TaskState["containers"] => [
  { name: "sidecar", exitCode: 1 },
  { name: "migrate", ...(exitCode !== undefined && { exitCode }), ...(reason !== undefined && { reason }) },
];

describe("pitfalls 3.50 and 3.51: only an exit code of the named container says how a task went", () => {
  test.for([
    [
      "exit code 0 of the named container is a success, whatever its neighbours did",
      { ...stopped, containers: containers(0) },
      { end: "succeeded" },
    ],
    [
      "another exit code is a failure",
      { ...stopped, containers: containers(1) },
      { end: "failed", exitCode: 1, reason: "exit code 1" },
    ],
    [
      "a container without an exit code that was started is a failure, never a success",
      { ...stopped, containers: containers() },
      { end: "failed", reason: "the container ended without an exit code" },
    ],
    [
      "an image that cannot be pulled never started",
      {
        task: "t",
        status: "stopped",
        stopCode: "TaskFailedToStart",
        containers: containers(undefined, "CannotPullContainerError"),
        stoppedReason: "CannotPullContainerError",
      },
      { end: "never-started", reason: "CannotPullContainerError" },
    ],
    [
      "out of memory is told with its reason",
      { ...stopped, containers: containers(137, "OutOfMemoryError: Container killed due to memory usage") },
      { end: "failed", exitCode: 137, reason: "exit code 137; OutOfMemoryError: Container killed due to memory usage" },
    ],
    [
      "exit code 75 changed nothing and may be tried again",
      { ...stopped, containers: containers(75) },
      { end: "try-again", reason: "it could not get a lock in time" },
    ],
  ] as const)("%s", ([, task, end]) => {
    expect(taskEnd(task as TaskState, "migrate")).toEqual(end);
  });
});
