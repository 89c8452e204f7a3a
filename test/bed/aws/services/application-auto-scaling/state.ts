/** What Application Auto Scaling remembers for one account and region, and the capacity of what it scales. */
import type {
  ScalableTarget,
  ScalingActivity,
  ScalingPolicy,
  ScheduledAction,
} from "@aws-sdk/client-application-auto-scaling";
import type { Service } from "@aws-sdk/client-ecs";
import { AwsError, type Call, type World } from "../../kernel.ts";

export interface ScalingState {
  /** By resource id, the one dimension of ECS being its desired count. */
  readonly targets: Map<string, ScalableTarget>;
  /** By `<resource id>/<policy name>`. */
  readonly policies: Map<string, ScalingPolicy>;
  readonly scheduled: Map<string, ScheduledAction>;
  /** Cancels of the next run of each scheduled action. */
  readonly timers: Map<string, () => void>;
  readonly tags: Map<string, Record<string, string>>;
  /** Newest first. */
  readonly activities: ScalingActivity[];
}

/** What a request says it is about. */
export interface Scaled {
  readonly ServiceNamespace?: string | undefined;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
}

/** The state of the caller's account and region. */
export function scalingState(world: World, call: Call): ScalingState {
  return world.store("application-auto-scaling", call.caller, () => ({
    targets: new Map(),
    policies: new Map(),
    scheduled: new Map(),
    timers: new Map(),
    tags: new Map(),
    activities: [],
  }));
}

export function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** The resource id of a request; throws ValidationException for anything but the desired count of an ECS service. */
export function resourceOf({ ServiceNamespace, ResourceId = "", ScalableDimension }: Scaled): string {
  if (ServiceNamespace !== "ecs" || ScalableDimension !== "ecs:service:DesiredCount") {
    throw validation(
      `Unsupported service namespace, resource type or scalable dimension: ${ServiceNamespace}, ${ScalableDimension}`,
    );
  }
  if (!/^service\/[^/]+\/[^/]+$/.test(ResourceId)) throw validation(`Unsupported resource id: ${ResourceId}`);
  return ResourceId;
}

/** The target of a request; throws ObjectNotFoundException. */
export function findTarget(world: World, call: Call, asked: Scaled): ScalableTarget {
  const target = scalingState(world, call).targets.get(resourceOf(asked));
  if (target === undefined) {
    throw new AwsError(
      "ObjectNotFoundException",
      `No scalable target registered for service namespace: ecs, resource ID: ${asked.ResourceId}, scalable dimension: ecs:service:DesiredCount`,
    );
  }
  return target;
}

/** The ECS service behind a resource id; undefined if there is none that is active. */
export async function serviceOf(world: World, call: Call, resourceId: string): Promise<Service | undefined> {
  const [, cluster, service] = resourceId.split("/");
  try {
    const { services } = await world.invoke<{ services: Service[] }>(
      "ecs",
      "DescribeServices",
      { cluster, services: [service] },
      call,
    );
    return services.find((one) => one.status === "ACTIVE");
  } catch (error) {
    if (error instanceof AwsError && error.code === "ClusterNotFoundException") return undefined;
    throw error;
  }
}

/** Sets the desired count of a target and notes why. */
export async function setCapacity(
  world: World,
  call: Call,
  change: { readonly target: ScalableTarget; readonly capacity: number; readonly cause: string },
): Promise<void> {
  const { target, capacity, cause } = change;
  const [, cluster, service] = (target.ResourceId ?? "").split("/");
  const started = new Date(world.clock.now());
  await world.invoke("ecs", "UpdateService", { cluster, service, desiredCount: capacity }, call);
  scalingState(world, call).activities.unshift({
    ActivityId: world.uuid(),
    ServiceNamespace: "ecs",
    ResourceId: target.ResourceId,
    ScalableDimension: "ecs:service:DesiredCount",
    Description: `Setting desired count to ${capacity}.`,
    Cause: cause,
    StartTime: started,
    EndTime: new Date(world.clock.now()),
    StatusCode: "Successful",
    StatusMessage: `Successfully set desired count to ${capacity}. Change successfully fulfilled by ecs.`,
  });
}
