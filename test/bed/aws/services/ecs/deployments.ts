/** The operations on service deployments and service revisions. */
import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceRevisionsRequest,
  ListServiceDeploymentsRequest,
  StopServiceDeploymentRequest,
} from "@aws-sdk/client-ecs";
import { AwsError, type Operation, type World } from "../../kernel.ts";
import { findCluster } from "./clusters.ts";
import { invalidParameter } from "./failures.ts";
import { page } from "./paging.ts";
import type { close } from "./rollout.ts";
import { schedule } from "./scheduler.ts";
import { findService } from "./services.ts";
import { ecsState } from "./state.ts";

/** Service deployment and revision operations by name. */
export function deploymentOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    ListServiceDeployments: (input: ListServiceDeploymentsRequest, call) => {
      const service = findService(findCluster(world, call, input.cluster ?? clusterOf(input.service)), input.service);
      const { before, after } = input.createdAt ?? {};
      const found = service.history
        .map((rollout) => rollout.shown)
        .filter(
          (shown) =>
            input.status === undefined ||
            input.status.length === 0 ||
            (shown.status !== undefined && input.status.includes(shown.status)),
        )
        .filter(
          ({ createdAt = new Date(0) }) =>
            (before === undefined || createdAt < before) && (after === undefined || createdAt > after),
        )
        .map((shown) => ({
          serviceDeploymentArn: shown.serviceDeploymentArn,
          serviceArn: shown.serviceArn,
          clusterArn: shown.clusterArn,
          createdAt: shown.createdAt,
          ...(shown.startedAt !== undefined && { startedAt: shown.startedAt }),
          ...(shown.finishedAt !== undefined && { finishedAt: shown.finishedAt }),
          targetServiceRevisionArn: shown.targetServiceRevision?.arn,
          status: shown.status,
          ...(shown.statusReason !== undefined && { statusReason: shown.statusReason }),
        }));
      const { items, nextToken } = page(found, { ...input, maxResults: input.maxResults ?? 20 });
      return { serviceDeployments: items, ...(nextToken !== undefined && { nextToken }) };
    },
    DescribeServiceDeployments: (input: DescribeServiceDeploymentsRequest, call) => {
      const { rollouts } = ecsState(world, call);
      const arns = atMostTwenty(input.serviceDeploymentArns ?? [], "serviceDeploymentArns");
      return {
        serviceDeployments: arns.flatMap((arn) => structuredClone(rollouts.get(arn)?.shown) ?? []),
        failures: arns.filter((arn) => !rollouts.has(arn)).map((arn) => ({ arn, reason: "MISSING" })),
      };
    },
    DescribeServiceRevisions: (input: DescribeServiceRevisionsRequest, call) => {
      const { revisions } = ecsState(world, call);
      const arns = atMostTwenty(input.serviceRevisionArns ?? [], "serviceRevisionArns");
      return {
        serviceRevisions: arns.flatMap((arn) => structuredClone(revisions.get(arn)) ?? []),
        failures: arns.filter((arn) => !revisions.has(arn)).map((arn) => ({ arn, reason: "MISSING" })),
      };
    },
    StopServiceDeployment: (input: StopServiceDeploymentRequest, call) => {
      const rollout = ecsState(world, call).rollouts.get(input.serviceDeploymentArn ?? "");
      if (rollout === undefined) {
        throw new AwsError(
          "ServiceDeploymentNotFoundException",
          "The service deploy ARN that you specified in the StopServiceDeployment doesn't exist.",
        );
      }
      const { status } = rollout.shown;
      if (status !== "PENDING" && status !== "IN_PROGRESS") {
        throw new AwsError(
          "ConflictException",
          `The service deployment cannot be stopped because it is in ${status} state.`,
        );
      }
      stop(world, rollout, input.stopType ?? "ROLLBACK");
      return { serviceDeploymentArn: rollout.arn };
    },
  };
}

function stop(world: World, rollout: Parameters<typeof close>[1], how: "ABORT" | "ROLLBACK"): void {
  rollout.shown.status = how === "ROLLBACK" ? "ROLLBACK_REQUESTED" : "STOP_REQUESTED";
  rollout.shown.updatedAt = new Date(world.clock.now());
  schedule(world, rollout.service);
}

function clusterOf(serviceNameOrArn: string | undefined): string | undefined {
  const parts = serviceNameOrArn?.split("/") ?? [];
  return parts.length === 3 ? parts[1] : undefined;
}

function atMostTwenty(arns: readonly string[], name: string): readonly string[] {
  if (arns.length === 0) throw invalidParameter(`${name} cannot be empty.`);
  if (arns.length > 20) throw invalidParameter(`${name} cannot have more than 20 elements.`);
  return arns;
}
