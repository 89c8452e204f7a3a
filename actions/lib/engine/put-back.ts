import type { ServiceDesire } from "../domain/service.ts";
import { type ObservedService, type ServiceStep, sameCapacity } from "../domain/service-changes.ts";
import { followDeployment } from "./follow-deployment.ts";
import type { RollPorts, RollRequest } from "./roll-services.ts";

/**
 * Puts services back to what they ran when all was well, last one first. New ones had nothing before and stay.
 *
 * @param passed steps that were performed, those with nothing to do included: an earlier run may have rolled these
 * @param request.before service → task definition it goes back to
 * @returns roles that run again what they ran
 */
export async function putBack(
  passed: readonly ServiceStep[],
  request: RollRequest,
  ports: RollPorts,
): Promise<readonly string[]> {
  const back: string[] = [];
  for (const step of passed.toReversed()) {
    if (step.kind === "create") continue;
    const taskDefinition = request.before?.[step.desire.name];
    const present = step.kind === "update" && step.newDefinition ? undefined : step.observed.service.taskDefinition;
    const settingsOnly = step.kind === "update" && !step.newDefinition;
    if (taskDefinition === undefined || (taskDefinition === present && !settingsOnly)) continue;
    const desire = await asItWas(step.desire, { ...step.observed, taskDefinition }, ports);
    ports.progress.say(`${desire.name}: going back to what it ran before`);
    const [now] = await ports.services.find(request.cluster, [desire.name]);
    const force = settingsOnly || !sameCapacity(step.desire, step.observed.service);
    // ECS may have rolled it back by itself; then nothing new begins unless it is forced to, and that deployment is followed.
    const replacing = !force && now?.taskDefinition === taskDefinition ? undefined : now?.deployment;
    const deployment = await ports.services.update({
      cluster: request.cluster,
      desire,
      taskDefinition,
      force,
      ...(replacing !== undefined && { replacing }),
    });
    const end =
      deployment === undefined
        ? undefined
        : await followDeployment({ ...request, desire, taskDefinition, deployment }, ports);
    if (end?.end === "failed") ports.progress.say(`${desire.name}: going back did not work either: ${end.cause}`);
    else back.push(desire.role);
  }
  return back;
}

async function asItWas(
  desire: ServiceDesire,
  was: ObservedService & { readonly taskDefinition: string },
  { services }: RollPorts,
): Promise<ServiceDesire> {
  const { capacity, healthyPercent, subnets, securityGroups } = was.service;
  const definition = await services.taskDefinition(was.taskDefinition);
  return { ...desire, definition, capacity, healthyPercent, subnets, securityGroups };
}
