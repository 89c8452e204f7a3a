import type { CommandOf } from "../../domain/command/grammar.ts";
import { clusterName } from "../../domain/environment-names.ts";
import type { ServiceDesire, ServiceRole } from "../../domain/service.ts";
import type { ObservedService } from "../../domain/service-changes.ts";
import type { Services } from "../../ports/services.ts";
import { followDeployment } from "../follow-deployment.ts";
import type { ActionEnd } from "./action-end.ts";
import { patienceMs, type Setting, servicesOf } from "./setting.ts";

const all = ["celery", "django", "beat"] as const;

/** How far AWS's clock and the runner's may be apart, and how long a call may wait for its turn before it leaves, in milliseconds. */
const clocksApartMs = 30_000;
const callLeavesWithinMs = 2 * 60_000;

type Found = ObservedService & { readonly role: ServiceRole };

/**
 * Replaces tasks by new ones of the same definition, one service after the other. Which deployment it starts of each is written down, so
 * that a run that goes on where another was lost follows that one and starts no second. Somebody else's newer deployment is never taken
 * for its own.
 */
export async function restart(command: CommandOf<"restart">, setting: Setting): Promise<ActionEnd> {
  const { environment, cell, clock, progress, tenant } = setting;
  const cluster = clusterName(environment);
  const known = await setting.firstSight({});
  const observed = await servicesOf(setting, command.service === undefined ? all : [command.service]);
  for (const one of observed) {
    const { service, role } = one;
    const desire = asItRuns(one);
    const own = await startedBefore(one, known, cell.services);
    const deployment = own?.deployment ?? (await start(one, desire, setting));
    if (own !== undefined) await setting.remember({ [`${role} deployment`]: own.deployment });
    const end = await followDeployment(
      {
        ...{ cluster, desire, deployment, atMostMs: patienceMs, newer: "not ours" },
        taskDefinition: own?.taskDefinition ?? service.taskDefinition,
      },
      { ...cell, clock, progress },
    );
    if (end.end === "failed") {
      const { reasonCode, cause, evidence } = end;
      const running =
        reasonCode === "superseded"
          ? "the newer deployment decides which tasks run"
          : "the tasks of before go on running";
      return {
        ...{ end: "failed", reasonCode, cause, evidence, running },
        next: [{ verb: "diagnose", tenant: tenant.name }],
      };
    }
  }
  const roles = observed.map(({ role }) => role).join(", ");
  return {
    end: "done",
    changes: [],
    running: `all tasks of ${roles} are new and healthy`,
    notes: [],
    record: { nothing: "restarting changes nothing that git could say" },
  };
}

/** Starts new tasks of a service. What is there is written down before, and what was started right after. */
async function start(
  { service, role }: Found,
  desire: ServiceDesire,
  { environment, cell, clock, progress, remember }: Setting,
): Promise<string> {
  const { taskDefinition, deployment: replacing } = service;
  await remember({
    [`${role} before`]: replacing ?? "none",
    [`${role} definition`]: taskDefinition,
    [`${role} from`]: clock.now().toISOString(),
  });
  progress.say(`${service.name}: new tasks of the same release`);
  const deployment = await cell.services.update({
    ...{ cluster: clusterName(environment), desire, taskDefinition, force: true },
    ...(replacing !== undefined && { replacing }),
  });
  if (deployment === undefined)
    throw new Error(`ECS started no deployment of ${service.name} although it was forced to`);
  await remember({ [`${role} deployment`]: deployment });
  return deployment;
}

/**
 * The deployment that an earlier run of this operation started. One that was lost after its call and before it could write the answer
 * down left only what it was about to do: then the deployment of the same definition that began just there is its own, and no other.
 */
async function startedBefore(
  { service, role }: Found,
  known: Readonly<Record<string, string>>,
  services: Pick<Services, "deployments">,
): Promise<{ readonly deployment: string; readonly taskDefinition: string } | undefined> {
  const taskDefinition = known[`${role} definition`];
  const from = known[`${role} from`];
  if (taskDefinition === undefined || from === undefined) return undefined;
  const deployment = known[`${role} deployment`];
  if (deployment !== undefined) return { deployment, taskDefinition };
  if (service.deployment === undefined || service.deployment === known[`${role} before`]) return undefined;
  const [present] = await services.deployments([service.deployment]);
  if (present === undefined || service.taskDefinition !== taskDefinition) return undefined;
  const after = present.createdAt.getTime() - Date.parse(from);
  return after >= -clocksApartMs && after <= callLeavesWithinMs
    ? { deployment: present.arn, taskDefinition }
    : undefined;
}

/** The service as it is, as something to want: so that the call changes nothing but the tasks. */
function asItRuns({ role, service, definition }: Found): ServiceDesire {
  const { name, capacity, healthyPercent, subnets, securityGroups, tags, desiredCount } = service;
  const count = { min: desiredCount, max: desiredCount };
  return { role, name, definition, count, capacity, healthyPercent, subnets, securityGroups, tags };
}
