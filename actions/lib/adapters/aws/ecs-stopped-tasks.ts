import { type ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import type { Clock } from "../../ports/clock.ts";
import type { Services } from "../../ports/services.ts";
import { hasCode } from "./client.ts";
import { toStoppedTask } from "./ecs-forms.ts";
import { taskReads } from "./ecs-reads.ts";

/** The part of Services that tells why tasks ended. ECS shows a stopped task for about an hour. */
export function ecsStoppedTasks(ecs: ECSClient, clock: Clock): Pick<Services, "stoppedTasks"> {
  const tasks = taskReads(ecs, clock);
  const list = async (cluster: string, filter: { readonly serviceName?: string; readonly family?: string }) => {
    try {
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, ...filter, desiredStatus: "STOPPED" }));
      return taskArns ?? [];
    } catch (error) {
      // The service is gone; its tasks are still there under their family.
      if (hasCode(error, "ServiceNotFoundException")) return [];
      throw error;
    }
  };
  return {
    stoppedTasks: async (cluster, service) => {
      const listed = await list(cluster, { serviceName: service });
      // A family has its service's name, and finds what the list of the service leaves out.
      const arns = listed.length > 0 ? listed : await list(cluster, { family: service });
      if (arns.length === 0) return [];
      const found = await tasks(cluster)(arns);
      return [...found.values()]
        .map(toStoppedTask)
        .sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
    },
  };
}
