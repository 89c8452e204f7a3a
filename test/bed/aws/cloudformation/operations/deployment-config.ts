import type { DeploymentConfig } from "../stack/state.ts";
import { refuse } from "../template/read.ts";

/** True if a stack operation ends as soon as everything has been set, without waiting until it is ready. */
export function isExpress(config: DeploymentConfig | undefined): boolean {
  return config?.Mode === "EXPRESS";
}

/**
 * Whether what a failed operation has done stays: as asked for, and in express mode unless rollback is asked for.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-express-mode.html, "Rollback behavior with express mode"
 */
export function staysOnFailure(config: DeploymentConfig | undefined): boolean {
  return config?.DisableRollback ?? isExpress(config);
}

/** @throws AwsError ValidationError for a mode that does not exist */
export function checkDeploymentConfig(config: DeploymentConfig | undefined): void {
  const mode: string = config?.Mode ?? "STANDARD";
  if (mode !== "STANDARD" && mode !== "EXPRESS")
    refuse(
      `1 validation error detected: Value '${mode}' at 'deploymentConfig.mode' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]`,
    );
}
