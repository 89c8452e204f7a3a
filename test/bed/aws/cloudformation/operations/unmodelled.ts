import { AwsError } from "../../kernel.ts";
import type { DeploymentInput } from "./request.ts";

/** What the bed does not do must not look as if it did. */
export function unmodelled(what: string): AwsError {
  return new AwsError("UnsupportedOperation", `the bed does not model ${what}`, 501);
}

/** @throws AwsError UnsupportedOperation for options that would change what a deployment does */
export function refuseUnmodelled(input: DeploymentInput): void {
  if (input.DeploymentConfig?.Mode === "EXPRESS") throw unmodelled("DeploymentConfig EXPRESS");
}
