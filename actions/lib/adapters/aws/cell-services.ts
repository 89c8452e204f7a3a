import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { ECSClient } from "@aws-sdk/client-ecs";
import type { Services } from "../../ports/services.ts";
import type { Connection } from "./cell.ts";
import { ecsServices } from "./ecs-services.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/** A cell's services. */
export function cellServices({ client, calls, clock, trace }: Connection): Services {
  const settings = scheduledSettings(client);
  return ecsServices(
    scheduled(trace.follow(new ECSClient(settings)), calls),
    scheduled(trace.follow(new ApplicationAutoScalingClient(settings)), calls),
    clock,
  );
}
