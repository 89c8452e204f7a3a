import { fingerprint } from "../domain/fingerprint.ts";
import type { ServiceDesire } from "../domain/service.ts";
import {
  autoScales,
  type ObservedService,
  type ServiceStep,
  scalingDiffers,
  serviceSteps,
} from "../domain/service-changes.ts";
import type { Progress } from "../ports/progress.ts";
import { ensureDefinition } from "./ensure-definition.ts";
import { type DeploymentEnd, type FollowPorts, followDeployment } from "./follow-deployment.ts";
import { observeServices } from "./observe-services.ts";
import { waitFor } from "./wait.ts";

export interface RollRequest {
  readonly cluster: string;
  /** In the order they roll. */
  readonly desires: readonly ServiceDesire[];
  /** How long one service may take to become healthy, in milliseconds. */
  readonly atMostMs: number;
}

export type RollOutcome =
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "rolled"; readonly services: readonly string[] }
  | {
      readonly outcome: "failed";
      readonly reasonCode: string;
      readonly cause: string;
      readonly evidence: readonly string[];
      /** Services that were rolled in this run and put back to what they ran before. */
      readonly rolledBack: readonly string[];
    };

export type RollPorts = FollowPorts & { readonly progress: Progress };

/** CPU that auto scaling keeps, percent: high enough to be worth its price, low enough to be ahead of the morning. */
const cpuPercent = 60;

/**
 * Makes a tenant's services what they should be, one after the other in their order. If one does not become healthy, those
 * already rolled in this run go back to what they ran, so that a hospital never works with halves of two releases.
 */
export async function rollServices(request: RollRequest, ports: RollPorts): Promise<RollOutcome> {
  const observed = await observeServices(request.cluster, request.desires, ports.services);
  const done: ServiceStep[] = [];
  for (const step of serviceSteps(request.desires, observed)) {
    const end = await perform(step, request, ports);
    if (end === "unchanged") continue;
    if (end.end === "failed") {
      return {
        outcome: "failed",
        reasonCode: end.reasonCode,
        cause: end.cause,
        evidence: end.evidence,
        rolledBack: await putBack(done, request, ports),
      };
    }
    done.push(step);
  }
  if (done.length === 0) return { outcome: "unchanged" };
  return { outcome: "rolled", services: done.map(({ desire }) => desire.role) };
}

type StepEnd = "unchanged" | { readonly end: "succeeded" } | Extract<DeploymentEnd, { readonly end: "failed" }>;

async function perform(step: ServiceStep, request: RollRequest, ports: RollPorts): Promise<StepEnd> {
  const { services, progress } = ports;
  const { desire } = step;
  const { cluster } = request;
  switch (step.kind) {
    case "unchanged":
      return await attachToUnfinished(step.observed, step.desire, { request, ports });
    case "create": {
      const taskDefinition = await ensureDefinition(desire.definition, services);
      progress.say(`${desire.name}: creating with ${desire.count.min} tasks`);
      const token = fingerprint([desire.name, taskDefinition]);
      const deployment = await services.create({ cluster, desire, taskDefinition, count: desire.count.min, token });
      return await settle({ desire, taskDefinition, deployment }, { request, ports });
    }
    case "update": {
      const { service } = step.observed;
      const taskDefinition = step.newDefinition
        ? await ensureDefinition(desire.definition, services)
        : service.taskDefinition;
      const count = neededCount(desire, step.observed);
      if (desire.count.max === 0) await setScaling(desire, step.observed, { cluster, ports });
      progress.say(`${desire.name}: rolling`);
      const deployment = await services.update({
        cluster,
        desire,
        taskDefinition,
        force: !step.newDefinition,
        ...(count !== undefined && { count }),
        ...(service.deployment !== undefined && { replacing: service.deployment }),
      });
      return await settle({ desire, taskDefinition, deployment, observed: step.observed }, { request, ports });
    }
    case "scale": {
      const count = neededCount(desire, step.observed);
      progress.say(`${desire.name}: scaling`);
      await setScaling(desire, step.observed, { cluster, ports });
      if (count !== undefined) await services.setCount(cluster, desire.name, count);
      return await steady(desire, request, ports);
    }
  }
}

interface Started {
  readonly desire: ServiceDesire;
  readonly taskDefinition: string;
  readonly deployment: string | undefined;
  readonly observed?: ObservedService;
}

interface Context {
  readonly request: RollRequest;
  readonly ports: RollPorts;
}

/** Waits for what was started, proves what runs, and hands the count over to auto scaling. */
async function settle(started: Started, { request, ports }: Context): Promise<StepEnd> {
  const { desire, deployment, taskDefinition, observed } = started;
  if (deployment === undefined) {
    const end = await steady(desire, request, ports);
    if (end.end === "failed") return end;
  } else {
    const end = await followDeployment({ ...request, desire, taskDefinition, deployment }, ports);
    if (end.end === "failed") return end;
    const digests = await ports.services.digests(end.deployment.revision);
    const wanted = desire.definition.container.image.split("@").at(1);
    const running = digests[desire.definition.container.name];
    if (running !== wanted) {
      return {
        end: "failed",
        reasonCode: "wrong-digest",
        cause: `${desire.name} runs ${running ?? "an unknown image"} instead of ${wanted}, although its deployment succeeded`,
        evidence: [],
      };
    }
  }
  if (desire.count.max > 0) await setScaling(desire, observed, { cluster: request.cluster, ports });
  return { end: "succeeded" };
}

/**
 * An earlier run may have been lost after its call: the service is already what it should be, but its deployment is not over
 * yet, or was undone. Then this run follows it to its end.
 */
async function attachToUnfinished(
  observed: ObservedService,
  desire: ServiceDesire,
  { request, ports }: Context,
): Promise<StepEnd> {
  const { service } = observed;
  const settled = service.pendingCount === 0 && service.runningCount === service.desiredCount;
  if (settled || service.deployment === undefined) return "unchanged";
  ports.progress.say(`${desire.name}: following a deployment that is not over yet`);
  const started = { desire, taskDefinition: service.taskDefinition, deployment: service.deployment, observed };
  return await settle(started, { request, ports });
}

/** The count to set with the update, or undefined to leave it to auto scaling. */
function neededCount(desire: ServiceDesire, { service }: ObservedService): number | undefined {
  const { min, max } = desire.count;
  if (service.desiredCount < min) return min;
  return service.desiredCount > max ? max : undefined;
}

async function setScaling(
  desire: ServiceDesire,
  observed: ObservedService | undefined,
  { cluster, ports }: { readonly cluster: string; readonly ports: RollPorts },
): Promise<void> {
  const { services } = ports;
  const { min, max } = desire.count;
  if (max === 0) {
    // Suspended: auto scaling has to let go before the count falls to zero, or it lifts it again.
    const target = observed?.scaling;
    if (target !== undefined)
      await services.scale(cluster, { service: desire.name, min: 0, max: target.max, suspended: true });
    return;
  }
  if (!autoScales(desire)) {
    if (observed?.scaling !== undefined) await services.unscale(cluster, desire.name);
    return;
  }
  if (observed !== undefined && !scalingDiffers(desire, observed)) return;
  const tags = observed?.scaling === undefined ? { tags: desire.tags } : {};
  await services.scale(cluster, { service: desire.name, min, max, suspended: false, cpuPercent, ...tags });
}

/** Waits until as many tasks run as are wanted: for changes that make no deployment. */
async function steady(
  desire: ServiceDesire,
  request: RollRequest,
  { services, clock }: RollPorts,
): Promise<Exclude<StepEnd, "unchanged">> {
  const reached = await waitFor(clock, { everyMs: 2_000, atMostMs: request.atMostMs }, async () => {
    const [service] = await services.find(request.cluster, [desire.name]);
    if (service === undefined) return undefined;
    return service.pendingCount === 0 && service.runningCount === service.desiredCount ? true : undefined;
  });
  if (reached) return { end: "succeeded" };
  return {
    end: "failed",
    reasonCode: "service-slow",
    cause: `${desire.name} did not reach its number of tasks within ${Math.round(request.atMostMs / 60_000)} minutes`,
    evidence: [],
  };
}

/** Puts the services of this run back to the revisions they ran before it. New ones had none and stay. */
async function putBack(
  done: readonly ServiceStep[],
  request: RollRequest,
  ports: RollPorts,
): Promise<readonly string[]> {
  const back: string[] = [];
  for (const step of done.toReversed()) {
    if (step.kind !== "update" || !step.newDefinition) continue;
    const { service, definition } = step.observed;
    ports.progress.say(`${step.desire.name}: going back to what it ran before`);
    const deployment = await ports.services.update({
      cluster: request.cluster,
      desire: { ...step.desire, definition },
      taskDefinition: service.taskDefinition,
      force: false,
    });
    if (deployment !== undefined) {
      await followDeployment(
        { ...request, desire: { ...step.desire, definition }, taskDefinition: service.taskDefinition, deployment },
        ports,
      );
    }
    back.push(step.desire.role);
  }
  return back;
}
