import type { ServiceDesire } from "../domain/service.ts";
import { type ObservedService, type ServiceStep, sameCapacity } from "../domain/service-changes.ts";
import { followDeployment } from "./follow-deployment.ts";
import type { RollPorts, RollRequest } from "./roll-services.ts";

/**
 * Puts the services of this run back to what they ran before it, last one first. New ones had nothing before and stay.
 *
 * @returns roles that run again what they ran
 */
export async function putBack(
  done: readonly ServiceStep[],
  request: RollRequest,
  ports: RollPorts,
): Promise<readonly string[]> {
  const back: string[] = [];
  for (const step of done.toReversed()) {
    if (step.kind !== "update") continue;
    const { service } = step.observed;
    const desire = asItWas(step.desire, step.observed);
    ports.progress.say(`${desire.name}: going back to what it ran before`);
    const deployment = await ports.services.update({
      cluster: request.cluster,
      desire,
      taskDefinition: service.taskDefinition,
      force: !step.newDefinition || !sameCapacity(step.desire, service),
    });
    const end =
      deployment === undefined
        ? undefined
        : await followDeployment({ ...request, desire, taskDefinition: service.taskDefinition, deployment }, ports);
    if (end?.end === "failed") ports.progress.say(`${desire.name}: going back did not work either: ${end.cause}`);
    else back.push(desire.role);
  }
  return back;
}

function asItWas(desire: ServiceDesire, { service, definition }: ObservedService): ServiceDesire {
  const { capacity, healthyPercent, subnets, securityGroups } = service;
  return { ...desire, definition, capacity, healthyPercent, subnets, securityGroups };
}
