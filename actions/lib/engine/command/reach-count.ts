import { clusterName } from "../../domain/environment-names.ts";
import type { ObservedService } from "../../domain/service-changes.ts";
import { certainFailure, failuresOf, howItEnded } from "../../domain/stopped-tasks.ts";
import { deploymentEvidence } from "../deployment-evidence.ts";
import { waitFor } from "../wait.ts";
import type { FailedEnd } from "./action-end.ts";
import { patienceMs, type Setting } from "./setting.ts";

/**
 * Waits until a service runs as many tasks as it is asked to, and all of them say that they are healthy. Tasks that end in the same
 * way twice are a certain failure, and nobody waits for more of them.
 *
 * @param since before the count was changed
 * @returns how many run, or how it failed
 */
export async function reachCount(
  observed: ObservedService,
  since: Date,
  setting: Setting,
): Promise<{ readonly end: "reached"; readonly running: number; readonly wanted: number } | FailedEnd> {
  const { cell, clock, environment, progress, tenant } = setting;
  const cluster = clusterName(environment);
  const { name, taskDefinition } = observed.service;
  let said = "";
  let last = { running: 0, wanted: 0 };
  const end = await waitFor(clock, { everyMs: [1_000, 1_000, 2_000, 3_000], atMostMs: patienceMs }, async () => {
    const [service] = await cell.services.find(cluster, [name]);
    if (service === undefined) return undefined;
    const { runningCount: running, desiredCount: wanted, pendingCount: pending } = service;
    last = { running, wanted };
    const now = `${name}: ${running} of ${wanted} tasks run`;
    if (now !== said) progress.say(now);
    said = now;
    const healthy = wanted === 0 ? 0 : await cell.insight.healthyTasks(cluster, name);
    if (pending === 0 && running === wanted && healthy === wanted) return { end: "reached" as const, running, wanted };
    if (wanted === 0 || running >= wanted) return undefined;
    const stopped = failuresOf(await cell.services.stoppedTasks(cluster, name), { taskDefinition, since });
    const certain = certainFailure(stopped);
    return certain === undefined ? undefined : { end: "crashing" as const, how: howItEnded(certain) };
  });
  if (end?.end === "reached") return end;
  const desire = { name, definition: observed.definition } as Parameters<typeof deploymentEvidence>[0]["desire"];
  const { lines } = await deploymentEvidence({ cluster, desire, taskDefinition }, undefined, { ...cell, clock });
  const running = `${last.running} of ${last.wanted} tasks of ${name} run`;
  const next = [{ verb: "diagnose", tenant: tenant.name } as const];
  if (end?.end === "crashing") {
    return {
      end: "failed",
      reasonCode: "tasks-crash",
      cause: `new tasks of ${name} end right after they start: ${end.how}`,
      evidence: lines,
      running,
      next,
    };
  }
  return {
    end: "failed",
    reasonCode: "service-slow",
    cause: `${name} did not get there within ${patienceMs / 60_000} minutes; ECS goes on trying`,
    evidence: lines,
    running,
    next,
  };
}
