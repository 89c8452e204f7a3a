/** The service scheduler: brings the tasks of a service to what is wanted, within the limits of its deployment configuration. */
import type { World } from "../../kernel.ts";
import { alarmsInAlarm } from "../cloudwatch/alarms.ts";
import { ecsControls } from "./controls.ts";
import { fail, failRollback } from "./rollback.ts";
import { breakerThreshold, succeed, tell } from "./rollout.ts";
import { startTasks } from "./service-tasks.ts";
import type { DeploymentRecord, RolloutRecord, ServiceRecord, TaskRecord } from "./state.ts";
import { decide } from "./step.ts";
import { endTask } from "./task-life.ts";

/** Makes the scheduler look at a service soon, once, however often it is asked. */
export function schedule(world: World, service: ServiceRecord): void {
  if (service.due || service.shown.status === "INACTIVE") return;
  service.due = true;
  world.clock.after(ecsControls(world).durations.scheduling, () => {
    service.due = false;
    look(world, service);
  });
}

function scheduleIn(world: World, service: ServiceRecord, milliseconds: number): void {
  world.clock.after(milliseconds, () => schedule(world, service));
}

/** Brings the counts that DescribeServices shows up to date. */
export function count(service: ServiceRecord): void {
  const { shown, deployments } = service;
  const wanted = shown.status === "ACTIVE" ? (shown.desiredCount ?? 0) : 0;
  for (const [at, deployment] of deployments.entries()) {
    const own = [...service.tasks].filter((task) => task.deployment === deployment);
    const live = own.filter((task) => task.ending === undefined);
    deployment.shown.status = at === 0 ? "PRIMARY" : "ACTIVE";
    deployment.shown.desiredCount = at === 0 ? wanted : deployment.shown.rolloutState === "FAILED" ? 0 : live.length;
    deployment.shown.runningCount = own.filter(isRunning).length;
    deployment.shown.pendingCount = live.filter((task) => !isRunning(task)).length;
    deployment.shown.failedTasks = deployment.failures;
  }
  shown.runningCount = deployments.reduce((sum, one) => sum + (one.shown.runningCount ?? 0), 0);
  shown.pendingCount = deployments.reduce((sum, one) => sum + (one.shown.pendingCount ?? 0), 0);
  shown.deployments = deployments.map((one) => one.shown);
  shown.currentServiceRevisions = deployments
    .filter((one, at) => at === 0 || (one.shown.runningCount ?? 0) > 0)
    .map((one) => ({
      arn: one.revision.serviceRevisionArn,
      requestedTaskCount: one.shown.desiredCount ?? 0,
      runningTaskCount: one.shown.runningCount ?? 0,
      pendingTaskCount: one.shown.pendingCount ?? 0,
    }));
  const rollout = service.rollout;
  if (rollout === undefined) return;
  const summary = rollout.shown.targetServiceRevision;
  if (summary !== undefined) {
    summary.requestedTaskCount = rollout.target.shown.desiredCount ?? 0;
    summary.runningTaskCount = rollout.target.shown.runningCount ?? 0;
    summary.pendingTaskCount = rollout.target.shown.pendingCount ?? 0;
  }
  if (rollout.shown.deploymentCircuitBreaker !== undefined) {
    rollout.shown.deploymentCircuitBreaker.failureCount = rollout.target.failures;
    rollout.shown.deploymentCircuitBreaker.threshold = breakerThreshold(service);
  }
}

/** What the scheduler is told of each change of a task; a failure is counted here. */
function taskChanged(world: World, service: ServiceRecord, task: TaskRecord): void {
  const { deployment, ending } = task;
  if (task.shown.lastStatus === "STOPPED") service.tasks.delete(task);
  if (deployment !== undefined && task.health.state === "healthy" && ending === undefined) {
    const reset = service.shown.deploymentConfiguration?.deploymentCircuitBreaker?.resetOnHealthyTask ?? true;
    if (reset) deployment.failures = 0;
    deployment.attempts = 0;
  }
  if (deployment !== undefined && ending !== undefined && !ending.wanted && !task.counted) {
    task.counted = true;
    deployment.failures += 1;
    deployment.attempts += 1;
    if (deployment.attempts > 3) pauseStarts(world, service, deployment);
  }
  count(service);
  schedule(world, service);
}

/** Tasks that keep failing are restarted ever more slowly, at most every 15 minutes (Amazon ECS developer guide, service throttle). */
function pauseStarts(world: World, service: ServiceRecord, deployment: DeploymentRecord): void {
  const seconds = Math.min(900, 30 * 2 ** (deployment.attempts - 4));
  deployment.notBefore = world.clock.now() + seconds * 1000;
  if (deployment.attempts === 4) tell(world, service, "is unable to consistently start tasks successfully.");
}

function look(world: World, service: ServiceRecord): void {
  if (service.shown.status === "INACTIVE") return;
  const { rollout } = service;
  if (rollout?.shown.status === "PENDING") {
    rollout.shown.status = "IN_PROGRESS";
    rollout.shown.startedAt = new Date(world.clock.now());
    rollout.shown.lifecycleStage = "SCALE_UP";
  }
  if (rollout?.shown.status === "ROLLBACK_REQUESTED") {
    const cause = "Service deployment rolled back because it was requested by a user.";
    fail(world, rollout, { cause, why: "deployment was stopped by a user.", back: true });
  }
  if (rollout?.shown.status === "STOP_REQUESTED") {
    const cause = "Service deployment stopped because it was requested by a user.";
    fail(world, rollout, { cause, why: "deployment was stopped by a user.", back: false });
  }
  for (const task of service.tasks) {
    if (task.health.state !== "failed" || task.ending !== undefined || withinGrace(world, service, task)) continue;
    tell(world, service, `(task ${task.id}) ${task.health.reason.replace("Task failed", "failed")}.`);
    endTask(task, { code: "ServiceSchedulerInitiated", reason: task.health.reason, wanted: false });
  }
  if (rollout !== undefined) judge(world, rollout);
  act(world, service);
  count(service);
  settle(world, service);
}

function withinGrace(world: World, service: ServiceRecord, task: TaskRecord): boolean {
  const grace = (service.shown.healthCheckGracePeriodSeconds ?? 0) * 1000;
  const over = (task.shown.startedAt?.getTime() ?? 0) + grace;
  if (over <= world.clock.now()) return false;
  scheduleIn(world, service, over - world.clock.now());
  return true;
}

/** Trips the circuit breaker or follows the alarms of a deployment under way. */
function judge(world: World, rollout: RolloutRecord): void {
  const { service, target, shown } = rollout;
  const { deploymentCircuitBreaker: breaker, alarms } = service.shown.deploymentConfiguration ?? {};
  if (shown.status === "ROLLBACK_IN_PROGRESS") {
    if ((service.deployments[0]?.failures ?? 0) >= breakerThreshold(service)) failRollback(world, rollout);
    return;
  }
  if (breaker?.enable === true && target.failures >= breakerThreshold(service)) {
    if (shown.deploymentCircuitBreaker !== undefined) {
      Object.assign(shown.deploymentCircuitBreaker, { status: "TRIGGERED", failureCount: target.failures });
    }
    const verb = breaker.rollback ? "rolled back" : "stopped";
    fail(world, rollout, {
      cause: `Service deployment ${verb} because the circuit breaker threshold was exceeded.`,
      why: "ECS deployment circuit breaker: tasks failed to start.",
      back: breaker.rollback === true,
    });
    return;
  }
  if (alarms?.enable !== true) return;
  const triggered = alarmsInAlarm(world, service.cluster.call, alarms.alarmNames ?? []);
  if (triggered.length > 0) {
    if (shown.alarms !== undefined)
      Object.assign(shown.alarms, { status: "TRIGGERED", triggeredAlarmNames: triggered });
    fail(world, rollout, {
      cause: "Service deployment rolled back because of CloudWatch alarms in ALARM state.",
      why: "alarm detected.",
      back: alarms.rollback === true,
    });
  } else scheduleIn(world, service, 5_000);
}

function act(world: World, service: ServiceRecord): void {
  const { stop, start } = decide(service);
  const primary = service.deployments[0];
  for (const task of stop) {
    endTask(task, {
      code: "ServiceSchedulerInitiated",
      reason: `Scaling activity initiated by (deployment ${primary?.id})`,
      wanted: true,
    });
  }
  if (stop.length > 0) {
    const named = stop.map((task) => `(task ${task.id})`).join(" ");
    tell(
      world,
      service,
      `has stopped ${stop.length} ${stop.every((task) => task.shown.startedAt) ? "running" : "pending"} tasks: ${named}.`,
    );
  }
  if (start === 0 || primary === undefined) return;
  const wait = primary.notBefore - world.clock.now();
  if (wait > 0) {
    scheduleIn(world, service, wait);
    return;
  }
  startTasks(world, service, {
    deployment: primary,
    count: start,
    changed: (task) => taskChanged(world, service, task),
    retry: () => scheduleIn(world, service, 30_000),
  });
}

function settle(world: World, service: ServiceRecord): void {
  const { shown, rollout } = service;
  const [primary, ...older] = service.deployments;
  if (primary === undefined) return;
  const inUse = (one: DeploymentRecord): boolean => [...service.tasks].some((task) => task.deployment === one);
  service.deployments = [primary, ...older.filter(inUse)];
  count(service);
  const wanted = shown.status === "ACTIVE" ? (shown.desiredCount ?? 0) : 0;
  const own = [...service.tasks].filter((task) => task.deployment === primary && task.ending === undefined);
  const healthy = own.filter((task) => task.health.state === "healthy").length;
  const alone = [...service.tasks].every((task) => task.ending === undefined && task.deployment === primary);
  if (shown.status === "DRAINING") {
    if (service.tasks.size === 0) shown.status = "INACTIVE";
    return;
  }
  const early = shown.deploymentConfiguration?.earlySuccessCriteria;
  const soon =
    early?.enable === true &&
    healthy >= Math.ceil((wanted * (early.healthyPercent ?? 100)) / 100) &&
    (early.sourceServiceRevisionCleanup === "DEFERRED" ||
      [...service.tasks].every((task) => task.deployment === primary));
  const stable = healthy === wanted && own.length === wanted && alone;
  if (rollout !== undefined && primary.shown.rolloutState !== "FAILED" && (stable || soon) && baked(world, rollout)) {
    succeed(world, rollout);
  }
  if (stable && !service.steady) tell(world, service, "has reached a steady state.");
  service.steady = stable;
  count(service);
}

/** With alarms a deployment is watched for some time after it is stable. */
function baked(world: World, rollout: RolloutRecord): boolean {
  const { alarms, bakeTimeInMinutes = 0 } = rollout.shown.deploymentConfiguration ?? {};
  if (alarms?.enable !== true || bakeTimeInMinutes === 0 || rollout.shown.status !== "IN_PROGRESS") return true;
  rollout.stableSince ??= world.clock.now();
  rollout.shown.lifecycleStage = "BAKE_TIME";
  const left = rollout.stableSince + bakeTimeInMinutes * 60_000 - world.clock.now();
  if (left > 0) scheduleIn(world, rollout.service, left);
  return left <= 0;
}

function isRunning(task: TaskRecord): boolean {
  return task.shown.lastStatus === "RUNNING";
}
