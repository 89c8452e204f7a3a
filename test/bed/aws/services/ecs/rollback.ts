/** What becomes of a service deployment that cannot reach its target. */
import type { Service, ServiceRevision } from "@aws-sdk/client-ecs";
import type { World } from "../../kernel.ts";
import { close, tell } from "./rollout.ts";
import type { RolloutRecord } from "./state.ts";

/**
 * The target cannot be reached. Goes back to the last completed deployment if that is wanted and there is one.
 *
 * @param cause why, as the status reason of a rollback says it
 * @param back whether to roll back
 */
export function fail(
  world: World,
  rollout: RolloutRecord,
  { cause, why, back }: { readonly cause: string; readonly why: string; readonly back: boolean },
): void {
  const { service, target, fallback } = rollout;
  const now = new Date(world.clock.now());
  target.shown.rolloutState = "FAILED";
  target.shown.rolloutStateReason = why;
  target.shown.updatedAt = now;
  tell(
    world,
    service,
    `(deployment ${target.id}) deployment failed: ${why.replace(/^ECS deployment circuit breaker: /, "")}`,
  );
  if (!back) {
    close(world, rollout, { status: "STOPPED", statusReason: cause });
    rollout.shown.stoppedAt = now;
    return;
  }
  if (fallback === undefined) {
    close(world, rollout, {
      status: "ROLLBACK_FAILED",
      statusReason: "No rollback candidate was found to run the rollback.",
    });
    return;
  }
  rollout.shown.status = "ROLLBACK_IN_PROGRESS";
  rollout.shown.statusReason = cause;
  rollout.shown.updatedAt = now;
  rollout.shown.rollback = {
    reason: cause,
    startedAt: now,
    ...(fallback.revision.serviceRevisionArn !== undefined && {
      serviceRevisionArn: fallback.revision.serviceRevisionArn,
    }),
  };
  fallback.failures = 0;
  fallback.shown.rolloutState = "IN_PROGRESS";
  fallback.shown.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${fallback.id}.`;
  fallback.shown.updatedAt = now;
  service.deployments = [fallback, ...service.deployments.filter((one) => one !== fallback)];
  restore(service.shown, fallback.revision);
  tell(world, service, `rolling back to deployment ${fallback.id}.`);
}

/** The tasks of the deployment that was rolled back to do not come up either. */
export function failRollback(world: World, rollout: RolloutRecord): void {
  const back = rollout.service.deployments[0];
  if (back !== undefined) back.shown.rolloutState = "FAILED";
  close(world, rollout, {
    status: "ROLLBACK_FAILED",
    statusReason: "The rollback failed because its tasks failed to start.",
  });
}

function restore(shown: Service, revision: ServiceRevision): void {
  shown.taskDefinition = revision.taskDefinition;
  if (revision.networkConfiguration !== undefined) shown.networkConfiguration = revision.networkConfiguration;
  if (revision.loadBalancers !== undefined) shown.loadBalancers = revision.loadBalancers;
  if (revision.capacityProviderStrategy !== undefined)
    shown.capacityProviderStrategy = revision.capacityProviderStrategy;
}
