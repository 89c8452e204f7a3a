/** Whether a task is healthy: its containers' health checks, its targets, or simply 40 seconds of running. */
import type { World } from "../../kernel.ts";
import { targetAnswers } from "../elastic-load-balancing-v2/targets.ts";
import type { ContainerLife, ContainerLives } from "./containers.ts";
import { ecsControls } from "./controls.ts";
import type { Launch } from "./launch.ts";
import type { TaskRecord } from "./state.ts";

/** Follows the health of a running task; tells `changed` whenever the verdict changes. */
export function watchHealth(
  world: World,
  task: TaskRecord,
  lives: ContainerLives,
  { changed }: Pick<Launch, "changed">,
): void {
  const checked = lives.all.filter(
    (life) => life.definition.essential !== false && life.definition.healthCheck !== undefined,
  );
  task.reviewHealth = () => {
    const before = task.health.state;
    task.shown.healthStatus = overall(checked);
    task.health = verdict(task, checked);
    if (task.health.state !== before) changed(task);
  };
  for (const life of lives.all) {
    life.answersChanged = () => {
      for (const target of task.targets) {
        if (target.container === life.definition.name) targetAnswers(world, task.cluster.call, target, life.answers);
      }
      if (life.definition.healthCheck !== undefined) checkContainer(world, task, life);
    };
    if (life.definition.healthCheck !== undefined) checkContainer(world, task, life);
    if (!life.answers) life.answersChanged();
  }
  if (checked.length === 0 && task.targets.length === 0) {
    world.clock.after(ecsControls(world).durations.uncheckedHealthy, () => {
      if (task.ending !== undefined) return;
      task.health = { state: "healthy" };
      changed(task);
    });
  }
}

/** One health check decides for good, `retries` in a row decide for bad (Docker's rule, as ECS applies it). */
function checkContainer(world: World, task: TaskRecord, life: ContainerLife): void {
  const { interval = 30, retries = 3, startPeriod = 0 } = life.definition.healthCheck ?? {};
  const asked = life.answers;
  const wait = asked ? interval : startPeriod + retries * interval;
  world.clock.after(wait * 1000, () => {
    if (life.answers !== asked || task.ending !== undefined || life.shown.lastStatus !== "RUNNING") return;
    life.shown.healthStatus = asked ? "HEALTHY" : "UNHEALTHY";
    if (asked) life.healthy.resolve();
    task.reviewHealth?.();
  });
}

function overall(checked: readonly ContainerLife[]): "HEALTHY" | "UNHEALTHY" | "UNKNOWN" {
  if (checked.some((life) => life.shown.healthStatus === "UNHEALTHY")) return "UNHEALTHY";
  return checked.length > 0 && checked.every((life) => life.shown.healthStatus === "HEALTHY") ? "HEALTHY" : "UNKNOWN";
}

function verdict(task: TaskRecord, checked: readonly ContainerLife[]): TaskRecord["health"] {
  if (overall(checked) === "UNHEALTHY") return { state: "failed", reason: "Task failed container health checks" };
  const failing = task.targets.find((target) => target.state === "unhealthy");
  if (failing !== undefined) {
    return { state: "failed", reason: `Task failed ELB health checks in (target-group ${failing.targetGroupArn})` };
  }
  const containers = checked.length === 0 || overall(checked) === "HEALTHY";
  const targets = task.targets.every((target) => target.state === "healthy");
  return { state: containers && targets ? "healthy" : "unknown" };
}
