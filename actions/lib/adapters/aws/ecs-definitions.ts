import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandOutput,
} from "@aws-sdk/client-ecs";
import type { TaskDefinition } from "../../domain/service.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Services } from "../../ports/services.ts";
import { hasCode } from "./client.ts";
import { fromRegistration, toRegistration } from "./task-definition.ts";

/** Two registrations of one family at a time are refused with this text and a code that says everything and nothing. */
const tooMany = "Too many concurrent attempts to create a new revision";

/** The task definition part of Services. */
export function ecsDefinitions(ecs: ECSClient, clock: Clock): Pick<Services, "taskDefinition" | "latest" | "register"> {
  // A revision never changes, so it is read once.
  const known = new Map<string, TaskDefinition>();
  const describe = async (name: string): Promise<{ readonly arn: string; readonly definition: TaskDefinition }> => {
    const { taskDefinition, tags } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ["TAGS"] }),
    );
    const arn = taskDefinition?.taskDefinitionArn;
    if (taskDefinition === undefined || arn === undefined) throw new Error(`ECS described ${name} without content`);
    const definition = known.get(arn) ?? fromRegistration(taskDefinition, tags ?? []);
    known.set(arn, definition);
    return { arn, definition };
  };
  return {
    taskDefinition: async (arn) => known.get(arn) ?? (await describe(arn)).definition,

    latest: async (family) => {
      try {
        return await describe(family);
      } catch (error) {
        // ECS answers ClientException for an unknown family and, asked for a family by name, for nothing else.
        if (hasCode(error, "ClientException")) return undefined;
        throw error;
      }
    },

    register: async (definition) => {
      const { taskDefinition } = await registered(ecs, definition, clock);
      if (taskDefinition?.taskDefinitionArn === undefined)
        throw new Error("RegisterTaskDefinition answered without an ARN");
      known.set(taskDefinition.taskDefinitionArn, definition);
      return taskDefinition.taskDefinitionArn;
    },
  };
}

async function registered(
  ecs: ECSClient,
  definition: TaskDefinition,
  clock: Clock,
): Promise<RegisterTaskDefinitionCommandOutput> {
  for (let tries = 1; ; tries++) {
    try {
      return await ecs.send(new RegisterTaskDefinitionCommand(toRegistration(definition)));
    } catch (error) {
      // The text decides only whether to wait and ask again; asked again, ECS says what is wrong or takes it.
      const busy = hasCode(error, "ClientException") && (error as Error).message.includes(tooMany);
      if (!busy || tries === 5) throw error;
      await clock.sleep(1_000 * tries);
    }
  }
}
