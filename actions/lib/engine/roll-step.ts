/** One service on its way to what it should be: one call that changes everything, its deployment followed, its image proven. */
import { fingerprint } from "../domain/fingerprint.ts";
import { deploymentProgress, type ServiceDesire } from "../domain/service.ts";
import { type ObservedService, type ServiceStep, sameCapacity } from "../domain/service-changes.ts";
import { ensureDefinition } from "./ensure-definition.ts";
import { type DeploymentEnd, followDeployment } from "./follow-deployment.ts";
import type { RollPorts, RollRequest } from "./roll-services.ts";
import { neededCount, setScaling } from "./service-scaling.ts";
import { waitFor } from "./wait.ts";

export type StepEnd = "unchanged" | { readonly end: "succeeded" } | Extract<DeploymentEnd, { readonly end: "failed" }>;

/** Performs one step and waits until it holds. */
export async function performStep(step: ServiceStep, request: RollRequest, ports: RollPorts): Promise<StepEnd> {
  switch (step.kind) {
    case "unchanged":
      return await attach(step.observed, step.desire, { request, ports });
    case "create":
      return await create(step.desire, { request, ports });
    case "update":
      return await update(step, { request, ports });
    case "scale":
      return await scale(step, { request, ports });
  }
}

interface Context {
  readonly request: RollRequest;
  readonly ports: RollPorts;
}

async function create(desire: ServiceDesire, { request, ports }: Context): Promise<StepEnd> {
  const { services, progress } = ports;
  const { cluster } = request;
  const taskDefinition = await ensureDefinition(desire.definition, services);
  progress.say(`${desire.name}: creating with ${desire.count.min} tasks`);
  const token = fingerprint([desire.name, taskDefinition, desire.count.min]);
  const deployment = await services.create({ cluster, desire, taskDefinition, count: desire.count.min, token });
  const end = await settle({ desire, taskDefinition, deployment }, { request, ports });
  // There is nothing it could go back to; without tasks it at least does not crash for ever, and the next deploy starts it again.
  if (end !== "unchanged" && end.end === "failed") await services.setCount(cluster, desire.name, 0);
  return end;
}

async function update(
  step: Extract<ServiceStep, { readonly kind: "update" }>,
  { request, ports }: Context,
): Promise<StepEnd> {
  const { services, progress } = ports;
  const { cluster } = request;
  const { desire, observed, newDefinition } = step;
  const { service } = observed;
  const taskDefinition = newDefinition
    ? await ensureDefinition(desire.definition, services, observed.newest ?? "none")
    : service.taskDefinition;
  const count = neededCount(desire, observed);
  if (desire.count.max === 0) await setScaling(desire, observed, { cluster, services });
  progress.say(`${desire.name}: rolling`);
  const deployment = await services.update({
    cluster,
    desire,
    taskDefinition,
    // Another capacity strategy is refused without it, and without a new revision nothing else would make a deployment.
    force: !newDefinition || !sameCapacity(desire, service),
    ...(count !== undefined && { count }),
    ...(service.deployment !== undefined && { replacing: service.deployment }),
  });
  return await settle({ desire, taskDefinition, deployment, observed }, { request, ports });
}

/** Only counts and limits: that makes no deployment, so the number of tasks is what is waited for. */
async function scale(
  { desire, observed }: Extract<ServiceStep, { readonly kind: "scale" }>,
  { request, ports }: Context,
): Promise<StepEnd> {
  const { services, progress } = ports;
  if ((await deploymentOf(observed, ports)) === "broken") return await again(observed, desire, { request, ports });
  const count = neededCount(desire, observed);
  progress.say(`${desire.name}: scaling`);
  await setScaling(desire, observed, { cluster: request.cluster, services });
  if (count !== undefined) await services.setCount(request.cluster, desire.name, count);
  return await steady(desire, request, ports);
}

/**
 * The service is what it should be, but an earlier run may have been lost after its call: then its deployment is not over yet, and
 * this run follows it to its end.
 */
async function attach(observed: ObservedService, desire: ServiceDesire, { request, ports }: Context): Promise<StepEnd> {
  const { service } = observed;
  switch (await deploymentOf(observed, ports)) {
    case "good":
      return "unchanged";
    case "broken":
      return await again(observed, desire, { request, ports });
    case "under way": {
      ports.progress.say(`${desire.name}: following a deployment that is not over yet`);
      const started = { desire, taskDefinition: service.taskDefinition, deployment: service.deployment, observed };
      return await settle(started, { request, ports });
    }
  }
}

/** What became of the deployment that a service has now. */
async function deploymentOf(
  { service }: ObservedService,
  { services }: RollPorts,
): Promise<"good" | "under way" | "broken"> {
  if (service.deployment === undefined) return "good";
  const [deployment] = await services.deployments([service.deployment]);
  if (deployment === undefined) return "good";
  switch (deploymentProgress(deployment.status)) {
    case "succeeded":
      return "good";
    case "rolling":
    case "rolling-back":
      return "under way";
    case "stopped":
      return "broken";
    case "rolled-back":
      // Rolled back to just this revision is where it should be.
      return deployment.status === "ROLLBACK_SUCCESSFUL" ? "good" : "broken";
  }
}

/** ECS starts no task for a deployment that failed, so it takes a new one of the same revision. */
async function again(observed: ObservedService, desire: ServiceDesire, context: Context): Promise<StepEnd> {
  return await update({ kind: "update", desire, observed, newDefinition: false, deploys: true }, context);
}

interface Started {
  readonly desire: ServiceDesire;
  readonly taskDefinition: string;
  readonly deployment: string | undefined;
  readonly observed?: ObservedService;
}

/** Waits for what was started, proves what runs, and hands the count over to auto scaling. */
async function settle(started: Started, { request, ports }: Context): Promise<StepEnd> {
  const { desire, deployment, taskDefinition, observed } = started;
  const { services } = ports;
  if (deployment === undefined) {
    const end = await steady(desire, request, ports);
    if (end.end === "failed") return end;
  } else {
    const end = await followDeployment({ ...request, desire, taskDefinition, deployment }, ports);
    if (end.end === "failed") return end;
    const wrong = await wrongDigest(desire, end.deployment.revision, ports);
    if (wrong !== undefined) return { end: "failed", reasonCode: "wrong-digest", cause: wrong, evidence: [] };
  }
  if (desire.count.max > 0) await setScaling(desire, observed, { cluster: request.cluster, services });
  return { end: "succeeded" };
}

/** ECS resolves the image of a revision when its first task starts, so one that never had a task proves nothing. */
async function wrongDigest(
  desire: ServiceDesire,
  revision: string,
  { services }: RollPorts,
): Promise<string | undefined> {
  if (desire.count.max === 0) return undefined;
  const digests = await services.digests(revision);
  const wanted = desire.definition.container.image.split("@").at(1);
  const running = digests[desire.definition.container.name];
  if (running === wanted) return undefined;
  return `${desire.name} runs ${running ?? "an unknown image"} instead of ${wanted}, although its deployment succeeded`;
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
  const [service] = await services.find(request.cluster, [desire.name]);
  return {
    end: "failed",
    reasonCode: "service-slow",
    cause: `${desire.name} did not reach its number of tasks within ${Math.round(request.atMostMs / 60_000)} minutes`,
    evidence: (service?.events ?? []).toReversed().map(({ at, text }) => `${at.toISOString()} ${text}`),
  };
}
