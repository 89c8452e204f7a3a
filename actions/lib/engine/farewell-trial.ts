/** Ends a trial's own database on the shared instance: a last dump, then database and role go. */
import type { Environment } from "../domain/environment.ts";
import { clusterName } from "../domain/environment-names.ts";
import { fingerprint } from "../domain/fingerprint.ts";
import { OperatorError } from "../domain/operator-error.ts";
import type { Stack } from "../domain/stack.ts";
import { taskNetworkOf } from "../domain/task-network.ts";
import type { TrialDump } from "../domain/trial-dump.ts";
import { trialFarewellTask } from "../domain/trial-farewell.ts";
import type { Cell } from "../ports/cell.ts";
import type { Services } from "../ports/services.ts";
import { ensureDefinition } from "./ensure-definition.ts";
import { platformOutputs } from "./platform.ts";
import { followTask, runTask, type TaskPorts } from "./run-task.ts";
import { taskFailure } from "./task-failure.ts";

/** A dump of a trial takes minutes; an hour is for one that grew. */
const atMostMs = 60 * 60_000;

export interface TrialFarewell {
  readonly tenant: string;
  readonly environment: Environment;
  readonly stack: Stack;
  readonly dump: TrialDump;
}

/**
 * Can be repeated: a task that an earlier run started is followed, and one that runs again finds what is left to do. A trial whose database
 * was never made has nothing to end.
 *
 * @throws OperatorError `offboard-failed` with what the task said; the database is there unless its dump is
 */
export async function farewellTrial(
  { tenant, environment, stack, dump }: TrialFarewell,
  ports: TaskPorts & { readonly services: Services; readonly stacks: Cell["stacks"] },
): Promise<void> {
  const made = await ports.services.latest(`${stack.name}-provision`);
  if (made === undefined) return;
  const outputs = { ...(await platformOutputs(environment, ports.stacks)), ...stack.outputs };
  const definition = trialFarewellTask(made.definition, outputs, dump);
  const cluster = clusterName(environment);
  const startedBy = `offboard-${tenant}`;
  const [running] = await ports.tasks.running(cluster, startedBy);
  ports.progress.say(`${tenant}: a last dump of its database on the shared instance, then it goes`);
  const result =
    running !== undefined
      ? await followTask({ cluster, definition, atMostMs }, running, ports)
      : await runTask(
          {
            cluster,
            definition,
            taskDefinition: await ensureDefinition(definition, ports.services),
            command: definition.container.command,
            ...taskNetworkOf(stack.name, "trial", outputs),
            startedBy,
            token: fingerprint([startedBy, dump.key, ports.clock.now().getTime()]),
            atMostMs,
            onStart: async () => {},
          },
          ports,
        );
  const why = taskFailure(result, atMostMs);
  if (why === undefined) return;
  const log = "log" in result && result.log.length > 0 ? `; its last lines: ${result.log.slice(-6).join(" | ")}` : "";
  throw new OperatorError(
    "offboard-failed",
    `the database of trial ${tenant} could not be dumped and dropped: ${why}${log}`,
  );
}
