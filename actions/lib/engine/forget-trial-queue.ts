/** Empties a leaving trial's own number of the Redis that trials share: the next one that gets the number would find cache and tasks there. */
import type { Environment } from "../domain/environment.ts";
import { clusterName } from "../domain/environment-names.ts";
import { fingerprint } from "../domain/fingerprint.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { forgetProgram } from "../domain/restore-scripts.ts";
import { restoreTask } from "../domain/restore-task.ts";
import type { Stack } from "../domain/stack.ts";
import { taskNetworkOf } from "../domain/task-network.ts";
import type { Cell } from "../ports/cell.ts";
import type { Services } from "../ports/services.ts";
import { ensureDefinition } from "./ensure-definition.ts";
import { platformOutputs } from "./platform.ts";
import { runTask, type TaskPorts } from "./run-task.ts";
import { taskFailure } from "./task-failure.ts";

const atMostMs = 15 * 60_000;

/**
 * Can be repeated. A trial that never ran has left nothing there.
 *
 * @throws OperatorError `offboard-failed` with what the task said
 */
export async function forgetTrialQueue(
  { tenant, environment, stack }: { readonly tenant: string; readonly environment: Environment; readonly stack: Stack },
  ports: TaskPorts & { readonly services: Services; readonly stacks: Cell["stacks"] },
): Promise<void> {
  const web = await ports.services.latest(`${stack.name}-django`);
  if (web === undefined) return;
  ports.progress.say(`${tenant}: emptying its cache and task queue on the shared Redis`);
  const outputs = { ...(await platformOutputs(environment, ports.stacks)), ...stack.outputs };
  const definition = restoreTask(web.definition, stack.name, {
    family: "migrate",
    entryPoint: ["python", "-c"],
    command: [forgetProgram],
    ...{ environment: {}, secrets: {} },
  });
  const startedBy = `forget-${tenant}`;
  const result = await runTask(
    {
      cluster: clusterName(environment),
      definition,
      taskDefinition: await ensureDefinition(definition, ports.services),
      command: definition.container.command,
      ...taskNetworkOf(stack.name, "trial", outputs),
      startedBy,
      token: fingerprint([startedBy, ports.clock.now().getTime()]),
      atMostMs,
      onStart: async () => {},
    },
    ports,
  );
  const why = taskFailure(result, atMostMs);
  if (why === undefined) return;
  throw new OperatorError(
    "offboard-failed",
    `cache and task queue of trial ${tenant} on the shared Redis could not be emptied, and its number would pass them on to the next trial: ${why}`,
  );
}
