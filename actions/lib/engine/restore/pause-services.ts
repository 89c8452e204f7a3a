/** Stops a tenant's services and starts them as they were, in an order in which nothing is lost and nothing writes to a database that goes. */
import { clusterName } from "../../domain/environment-names.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import type { RestoreFacts } from "../../domain/restore-record.ts";
import { withDatabaseSecret } from "../../domain/restore-task.ts";
import {
  deploymentProgress,
  type RunningService,
  type ServiceDesire,
  type ServiceRole,
  serviceOrder,
} from "../../domain/service.ts";
import { ensureDefinition } from "../ensure-definition.ts";
import { type FollowRequest, followDeployment } from "../follow-deployment.ts";
import { waitFor } from "../wait.ts";
import type { RestoreTarget } from "./restore-context.ts";

export type PausedServices = NonNullable<RestoreFacts["services"]>;

/** How long one service may take to stop, or to be healthy again. */
const atMostMs = 30 * 60_000;

/** What runs now: counts, and the limits auto scaling keeps. */
export async function observedServices({ cell, desired }: RestoreTarget): Promise<PausedServices> {
  const cluster = clusterName(desired.environment);
  const names = serviceOrder.map((role) => nameOf(desired.stack.name, role));
  const [services, scaling] = await Promise.all([
    cell.services.find(cluster, names),
    cell.services.scaling(cluster, names),
  ]);
  return services.map(({ name, desiredCount }) => {
    const target = scaling.find(({ service, suspended }) => service === name && !suspended);
    return {
      name,
      count: desiredCount,
      ...(target !== undefined && { scaling: { min: target.min, max: target.max } }),
    };
  });
}

/** The scheduler first, so that it sends nothing more; then the web, so that nobody asks for anything; then the workers. */
export async function pauseServices(running: PausedServices, target: RestoreTarget): Promise<void> {
  const { cell, desired, progress } = target;
  const cluster = clusterName(desired.environment);
  for (const role of serviceOrder.toReversed()) {
    const before = running.find(({ name }) => name === nameOf(desired.stack.name, role));
    if (before === undefined) continue;
    const { name, scaling } = before;
    // Auto scaling has to let go first, or it lifts the count again.
    if (scaling !== undefined)
      await cell.services.scale(cluster, { service: name, min: 0, max: scaling.max, suspended: true });
    progress.say(`${name}: stopping`);
    await cell.services.setCount(cluster, name, 0);
    await whenRunning(name, 0, target);
  }
}

/**
 * Workers, web, scheduler, each with the count and limits it had.
 *
 * @param secret secret of the database that serves now; undefined leaves the login as it is
 */
export async function resumeServices(
  paused: PausedServices,
  secret: string | undefined,
  target: RestoreTarget,
): Promise<void> {
  const { cell, desired, progress } = target;
  const cluster = clusterName(desired.environment);
  for (const role of serviceOrder) {
    const before = paused.find(({ name }) => name === nameOf(desired.stack.name, role));
    if (before === undefined) continue;
    progress.say(`${before.name}: starting`);
    await startService({ role, before, secret, cluster }, target);
    const { scaling } = before;
    if (scaling !== undefined)
      await cell.services.scale(cluster, { service: before.name, ...scaling, suspended: false });
  }
}

async function startService(
  start: {
    readonly role: ServiceRole;
    readonly before: PausedServices[number];
    readonly secret: string | undefined;
    readonly cluster: string;
  },
  target: RestoreTarget,
): Promise<void> {
  const { role, before, secret, cluster } = start;
  const { services } = target.cell;
  const [service] = await services.find(cluster, [before.name]);
  if (service === undefined) throw new OperatorError("no-services", `service ${before.name} is gone; deploy again`);
  const present = await services.taskDefinition(service.taskDefinition);
  const definition = secret === undefined ? present : withDatabaseSecret(present, secret);
  const sameLogin = present.container.secrets.DATABASE_PASSWORD === definition.container.secrets.DATABASE_PASSWORD;
  if (sameLogin) {
    if (service.desiredCount !== before.count) await services.setCount(cluster, before.name, before.count);
    const begun = await underWay(service, services);
    if (begun !== undefined) {
      const desire = desireOf(role, service, { definition, count: before.count });
      await follow({ cluster, desire, taskDefinition: service.taskDefinition, deployment: begun, atMostMs }, target);
    }
    await whenRunning(before.name, before.count, target);
    return;
  }
  const taskDefinition = await ensureDefinition(definition, services);
  const desire = desireOf(role, service, { definition, count: before.count });
  const deployment = await services.update({
    ...{ cluster, desire, taskDefinition, count: before.count, force: false },
    ...(service.deployment !== undefined && { replacing: service.deployment }),
  });
  if (deployment !== undefined && before.count > 0) {
    await follow({ cluster, desire, taskDefinition, deployment, atMostMs }, target);
  }
  await whenRunning(before.name, before.count, target);
}

/** Deployment that a lost run began and nobody has waited for; one that ended, however it ended, is nobody's to wait for. */
async function underWay(
  { deployment }: RunningService,
  services: RestoreTarget["cell"]["services"],
): Promise<string | undefined> {
  if (deployment === undefined) return undefined;
  const [present] = await services.deployments([deployment]);
  return present !== undefined && deploymentProgress(present.status) === "rolling" ? deployment : undefined;
}

/** @throws OperatorError `resume-failed` with the last lines of the log if the service does not start */
async function follow(request: FollowRequest, { cell, clock, progress }: RestoreTarget): Promise<void> {
  const end = await followDeployment(request, { ...cell, clock, progress });
  if (end.end === "succeeded") return;
  const lines = end.evidence.length === 0 ? "" : `; ${end.evidence.slice(-8).join(" | ")}`;
  throw new OperatorError(
    "resume-failed",
    `${request.desire.name} does not start on the restored database: ${end.cause}${lines}`,
  );
}

/** The service as it is, with another definition. */
function desireOf(
  role: ServiceRole,
  service: RunningService,
  next: { readonly definition: ServiceDesire["definition"]; readonly count: number },
): ServiceDesire {
  const { name, capacity, healthyPercent, subnets, securityGroups, tags } = service;
  const count = { min: next.count, max: next.count };
  return { role, name, capacity, healthyPercent, subnets, securityGroups, tags, definition: next.definition, count };
}

async function whenRunning(name: string, count: number, { cell, clock, desired }: RestoreTarget): Promise<void> {
  const cluster = clusterName(desired.environment);
  const steady = await waitFor(clock, { everyMs: [2_000, 3_000, 5_000], atMostMs }, async () => {
    const [service] = await cell.services.find(cluster, [name]);
    const reached = service?.desiredCount === count && service.runningCount === count && service.pendingCount === 0;
    return reached ? true : undefined;
  });
  if (steady === true) return;
  throw new OperatorError(
    "service-slow",
    `${name} did not reach ${count} running tasks within ${Math.round(atMostMs / 60_000)} minutes; start this operation again to go on waiting`,
  );
}

function nameOf(stack: string, role: ServiceRole): string {
  return `${stack}-${role}`;
}
