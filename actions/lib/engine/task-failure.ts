import type { TaskResult } from "./run-task.ts";

/** Why a one-off task did not end as it should, in words; undefined if it did. @param atMostMs the deadline it had */
export function taskFailure(result: TaskResult, atMostMs: number): string | undefined {
  switch (result.result) {
    case "ended":
      return result.end.end === "succeeded" ? undefined : result.end.reason;
    case "not-placed":
      return result.reasons.join("; ");
    case "too-slow":
      return `the task did not end within ${atMostMs / 60_000} minutes`;
    case "forgotten":
      return "ECS no longer knows the task";
  }
}
