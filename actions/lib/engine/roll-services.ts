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
}

export type RollOutcome =
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "rolled"; readonly services: readonly string[] }
  | {
      readonly outcome: "failed";
      readonly reasonCode: string;
      readonly cause: string;
      readonly evidence: readonly string[];
      /** Services that were rolled in this run and put back to what they ran before. */
      readonly rolledBack: readonly string[];
    };

export type RollPorts = FollowPorts;

/**
 * Makes a tenant's services what they should be, one after the other in their order. If one does not become healthy, those
 * already rolled in this run go back to what they ran, so that a hospital never works with halves of two releases. Somebody else's
 * newer deployment is no failure of ours: what was rolled stays.
 */
export async function rollServices(request: RollRequest, ports: RollPorts): Promise<RollOutcome> {
  const observed = await observeServices(request.cluster, request.desires, ports.services);
  const done: ServiceStep[] = [];
  for (const step of serviceSteps(request.desires, observed)) {
    const end = await performStep(step, request, ports);
    if (end === "unchanged") continue;
    if (end.end === "failed") {
      const { reasonCode, cause, evidence } = end;
      const rolledBack = reasonCode === "superseded" ? [] : await putBack(done, request, ports);
      return { outcome: "failed", reasonCode, cause, evidence, rolledBack };
    }
    done.push(step);
  }
  if (done.length === 0) return { outcome: "unchanged" };
  return { outcome: "rolled", services: done.map(({ desire }) => desire.role) };
}
