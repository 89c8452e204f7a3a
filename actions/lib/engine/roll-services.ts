import type { ServiceDesire } from "../domain/service.ts";
import { type ServiceStep, serviceSteps } from "../domain/service-changes.ts";
import type { FollowPorts } from "./follow-deployment.ts";
import { observeServices } from "./observe-services.ts";
import { putBack } from "./put-back.ts";
import { performStep } from "./roll-step.ts";

export interface RollRequest {
  readonly cluster: string;
  /** In the order they roll. */
  readonly desires: readonly ServiceDesire[];
  /** How long one service may take to become healthy, in milliseconds. */
  readonly atMostMs: number;
  /** Service → task definition it ran when all was well, if an earlier run was lost on the way from there. */
  readonly before?: Readonly<Record<string, string>>;
  /** Told the same before the first service is touched. */
  readonly onStart?: (before: Readonly<Record<string, string>>) => Promise<void>;
}

export type RollOutcome =
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "rolled"; readonly services: readonly string[] }
  | {
      readonly outcome: "failed";
      readonly reasonCode: string;
      readonly cause: string;
      readonly evidence: readonly string[];
      /** Services that were rolled and put back to what they ran before. */
      readonly rolledBack: readonly string[];
    };

export type RollPorts = FollowPorts;

/**
 * Makes a tenant's services what they should be, one after the other in their order. If one does not become healthy, those
 * already rolled go back to what they ran, also those an earlier run rolled before it was lost, so that a hospital never works with halves of two releases. Somebody else's
 * newer deployment is no failure of ours: what was rolled stays.
 */
export async function rollServices(request: RollRequest, ports: RollPorts): Promise<RollOutcome> {
  const observed = await observeServices(request.cluster, request.desires, ports.services);
  const steps = serviceSteps(request.desires, observed);
  const now = Object.fromEntries(observed.map(({ service }) => [service.name, service.taskDefinition]));
  const before = { ...now, ...request.before };
  if (steps.some(({ kind }) => kind !== "unchanged")) await request.onStart?.(before);
  const done: ServiceStep[] = [];
  const passed: ServiceStep[] = [];
  for (const step of steps) {
    const end = await performStep(step, request, ports);
    passed.push(step);
    if (end === "unchanged") continue;
    if (end.end === "failed") {
      const { reasonCode, cause, evidence } = end;
      const mine = reasonCode === "superseded" ? [] : passed.filter((one) => one !== step);
      return {
        outcome: "failed",
        reasonCode,
        cause,
        evidence,
        rolledBack: await putBack(mine, { ...request, before }, ports),
      };
    }
    done.push(step);
  }
  if (done.length === 0) return { outcome: "unchanged" };
  return { outcome: "rolled", services: done.map(({ desire }) => desire.role) };
}
