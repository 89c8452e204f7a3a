import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { ECSClient } from "@aws-sdk/client-ecs";
import type { Services } from "../../ports/services.ts";
import type { Connection } from "./cell.ts";
import { ecsServices } from "./ecs-services.ts";

/** A cell's services. */
export function cellServices({ client }: Connection): Services {
  return ecsServices(new ECSClient(client), new ApplicationAutoScalingClient(client));
}
