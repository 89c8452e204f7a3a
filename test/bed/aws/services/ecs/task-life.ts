/** The life of a Fargate task: PROVISIONING, PENDING, ACTIVATING, RUNNING, DEACTIVATING, STOPPING, DEPROVISIONING, STOPPED. */
import type { World } from "../../kernel.ts";
import { elbState } from "../elastic-load-balancing-v2/state.ts";
import { addTarget, removeTarget, targetAnswers } from "../elastic-load-balancing-v2/targets.ts";
import { launchDelay } from "./capacity.ts";
import { type ContainerLives, startContainers, stopContainers } from "./containers.ts";
import { ecsControls } from "./controls.ts";
import type { Launch } from "./launch.ts";
import { prepare } from "./prepare.ts";
import { tell } from "./rollout.ts";
import { type Ending, ecsState, type TaskRecord } from "./state.ts";
import { watchHealth } from "./task-health.ts";

/** Asks a task to end. Only the first reason counts. */
export function endTask(task: TaskRecord, ending: Ending): void {
  if (task.ending !== undefined) return;
  task.ending = ending;
  task.shown.desiredStatus = "STOPPED";
  task.shown.stopCode = ending.code;
  task.shown.stoppedReason = ending.reason;
  task.ask();
}

/** Lets a task go through its life; resolves once it has stopped. */
export async function liveTask(world: World, task: TaskRecord, asked: Launch): Promise<void> {
  const lives = await untilRunning(world, task, asked);
  if (lives !== undefined) {
    if (task.ending?.code !== "TaskFailedToStart") task.shown.startedAt = new Date(world.clock.now());
    if (task.ending === undefined) {
      move(task, "RUNNING", asked);
      watchHealth(world, task, lives, asked);
    }
    await task.asked;
  }
  asked.changed(task);
  await untilStopped(world, task, { asked, lives });
}

/** Resolves to the running containers, or to undefined if the task was asked to end before any was started. */
async function untilRunning(world: World, task: TaskRecord, asked: Launch): Promise<ContainerLives | undefined> {
  const { durations, neverStart } = ecsControls(world);
  const provider = "capacityProvider" in asked.placement ? asked.placement.capacityProvider : "FARGATE";
  if (!(await pause(world, task, durations.provisioning + launchDelay(world, provider)))) return undefined;
  attachInterface(world, task);
  task.shown.pullStartedAt = new Date(world.clock.now());
  move(task, "PENDING", asked);
  const doomed = neverStart > 0 && world.luck(`never-start/${task.shown.taskDefinitionArn}`) < neverStart;
  const prepared = await prepare(world, task, asked.overrides);
  if (!(await pause(world, task, durations.pulling))) return undefined;
  if (doomed || "obstacle" in prepared) {
    const reason =
      "obstacle" in prepared ? prepared.obstacle : "Timeout waiting for network interface provisioning to complete.";
    for (const container of task.shown.containers ?? []) container.reason = reason;
    endTask(task, { code: "TaskFailedToStart", reason, wanted: false });
    return undefined;
  }
  task.shown.pullStoppedAt = new Date(world.clock.now());
  const lives = startContainers(world, task, prepared.containers);
  await Promise.race([lives.allStarted, task.asked]);
  if (task.ending !== undefined) return lives;
  if (asked.deployment?.revision.loadBalancers?.length) {
    move(task, "ACTIVATING", asked);
    if (await pause(world, task, durations.activating)) registerTargets(world, task, asked);
  }
  return lives;
}

function attachInterface(world: World, task: TaskRecord): void {
  const address = `10.0.${1 + Math.floor(world.chance() * 254)}.${1 + Math.floor(world.chance() * 254)}`;
  for (const attachment of task.shown.attachments ?? []) {
    attachment.status = "ATTACHED";
    attachment.details?.push(
      { name: "networkInterfaceId", value: `eni-${world.hex(17)}` },
      { name: "privateIPv4Address", value: address },
    );
    for (const container of task.shown.containers ?? []) {
      container.networkInterfaces = [{ attachmentId: attachment.id, privateIpv4Address: address }];
    }
  }
  task.shown.connectivity = "CONNECTED";
  task.shown.connectivityAt = new Date(world.clock.now());
}

function registerTargets(world: World, task: TaskRecord, asked: Launch): void {
  const id = task.shown.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? "";
  for (const { targetGroupArn = "", containerPort = 0, containerName = "" } of asked.deployment?.revision
    .loadBalancers ?? []) {
    if (!elbState(world, task.cluster.call).targetGroups.has(targetGroupArn)) {
      const error = "The specified target group does not exist.";
      if (task.service !== undefined) {
        tell(
          world,
          task.service,
          `failed to register targets in (target-group ${targetGroupArn}) with (error ${error})`,
        );
      }
      endTask(task, { code: "ServiceSchedulerInitiated", reason: error, wanted: false });
      return;
    }
    task.targets.push({ targetGroupArn, id, port: containerPort, container: containerName, state: "initial" });
    if (task.service !== undefined)
      tell(world, task.service, `registered 1 targets in (target-group ${targetGroupArn})`);
    addTarget(world, task.cluster.call, {
      targetGroupArn,
      id,
      port: containerPort,
      changed: (state) => {
        const target = task.targets.find((one) => one.targetGroupArn === targetGroupArn && one.port === containerPort);
        if (target !== undefined) target.state = state;
        task.reviewHealth?.();
      },
    });
  }
}

async function untilStopped(
  world: World,
  task: TaskRecord,
  { asked, lives }: { readonly asked: Launch; readonly lives: ContainerLives | undefined },
): Promise<void> {
  const { durations } = ecsControls(world);
  task.shown.stoppingAt = new Date(world.clock.now());
  if (lives !== undefined) {
    move(task, "DEACTIVATING", asked);
    if (task.service !== undefined && task.targets.length > 0)
      tell(world, task.service, "has begun draining connections on 1 tasks.");
    await Promise.all([
      world.clock.sleep(lives.anyRunning() ? durations.deactivating : 0),
      ...task.targets.map((target) => {
        // Whoever drains still answers; who has crashed does not, and nobody waits for it.
        if (!lives.anyRunning()) targetAnswers(world, task.cluster.call, target, false);
        const drained = removeTarget(world, task.cluster.call, target);
        return lives.anyRunning() ? drained : undefined;
      }),
    ]);
    move(task, "STOPPING", asked);
    await stopContainers(lives);
    task.shown.executionStoppedAt = new Date(world.clock.now());
  }
  for (const container of task.shown.containers ?? []) container.lastStatus = "STOPPED";
  move(task, "DEPROVISIONING", asked);
  await world.clock.sleep(durations.deprovisioning);
  task.shown.stoppedAt = new Date(world.clock.now());
  for (const attachment of task.shown.attachments ?? []) attachment.status = "DELETED";
  move(task, "STOPPED", asked);
  world.clock.after(durations.stoppedKept, () => {
    task.cluster.tasks.delete(task.id);
    ecsState(world, task.cluster.call).tags.delete(task.arn);
  });
}

function move(task: TaskRecord, status: string, asked: Launch): void {
  task.shown.lastStatus = status;
  task.shown.version = (task.shown.version ?? 0) + 1;
  asked.changed(task);
}

/** Waits; false at once if the task is asked to end. */
function pause(world: World, task: TaskRecord, milliseconds: number): Promise<boolean> {
  if (task.ending !== undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const cancel = world.clock.after(milliseconds, () => resolve(true));
    void task.asked.then(() => {
      cancel();
      resolve(false);
    });
  });
}
