/** The roles of a task, which must exist for ECS to assume them. */
import type { TaskOverride } from "@aws-sdk/client-ecs";
import { AwsError, type World } from "../../kernel.ts";
import { ecsControls } from "./controls.ts";
import { shortName } from "./names.ts";
import type { TaskRecord } from "./state.ts";

/** Why a task cannot start for want of one of its roles, if so and if the bed is to mind. */
export async function roleObstacle(
  world: World,
  task: TaskRecord,
  overrides: TaskOverride,
): Promise<string | undefined> {
  if (ecsControls(world).unknownRoles === "assume") return undefined;
  const { executionRoleArn, taskRoleArn } = task.definition;
  for (const arn of [overrides.executionRoleArn ?? executionRoleArn, overrides.taskRoleArn ?? taskRoleArn]) {
    if (arn === undefined) continue;
    try {
      await world.invoke("iam", "GetRole", { RoleName: shortName(arn) }, task.cluster.call);
    } catch (error) {
      if (!(error instanceof AwsError) || !error.code.startsWith("NoSuchEntity")) throw error;
      return (
        `ECS was unable to assume the role '${arn}' that was provided for this task. Please verify that the role being passed has ` +
        "the proper trust relationship and permissions and that your IAM user has permissions to pass this role."
      );
    }
  }
  return undefined;
}
