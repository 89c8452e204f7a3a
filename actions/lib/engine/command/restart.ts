import type { CommandOf } from "../../domain/command/grammar.ts";
import { clusterName } from "../../domain/environment-names.ts";
import type { ServiceDesire, ServiceRole } from "../../domain/service.ts";
import type { ObservedService } from "../../domain/service-changes.ts";
import { followDeployment } from "../follow-deployment.ts";
import type { ActionEnd } from "./action-end.ts";
import { patienceMs, type Setting, servicesOf } from "./setting.ts";

const all = ["celery", "django", "beat"] as const;

/**
 * Replaces tasks by new ones of the same definition, one service after the other. A deployment that was started since the command was
 * written is its own, from a run that was lost, and is followed instead of starting a second.
 */
export async function restart(command: CommandOf<"restart">, setting: Setting): Promise<ActionEnd> {
  const { environment, cell, clock, progress, tenant, askedAt } = setting;
  const cluster = clusterName(environment);
  const observed = await servicesOf(setting, command.service === undefined ? all : [command.service]);
  for (const one of observed) {
    const { service } = one;
    const [present] = service.deployment === undefined ? [] : await cell.services.deployments([service.deployment]);
    const own = present !== undefined && present.createdAt >= new Date(askedAt) ? present.arn : undefined;
    const desire = asItRuns(one);
    if (own === undefined) progress.say(`${service.name}: new tasks of the same release`);
    const deployment =
      own ??
      (await cell.services.update({
        ...{ cluster, desire, taskDefinition: service.taskDefinition, force: true },
        ...(service.deployment !== undefined && { replacing: service.deployment }),
      }));
    if (deployment === undefined)
      throw new Error(`ECS started no deployment of ${service.name} although it was forced to`);
    const end = await followDeployment(
      { cluster, desire, taskDefinition: service.taskDefinition, deployment, atMostMs: patienceMs },
      { ...cell, clock, progress },
    );
    if (end.end === "failed") {
      const { reasonCode, cause, evidence } = end;
      return {
        ...{ end: "failed", reasonCode, cause, evidence, running: "the tasks of before go on running" },
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

/** The service as it is, as something to want: so that the call changes nothing but the tasks. */
function asItRuns({ role, service, definition }: ObservedService & { readonly role: ServiceRole }): ServiceDesire {
  const { name, capacity, healthyPercent, subnets, securityGroups, tags, desiredCount } = service;
  const count = { min: desiredCount, max: desiredCount };
  return { role, name, definition, count, capacity, healthyPercent, subnets, securityGroups, tags };
}
