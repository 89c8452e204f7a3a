import { AwsError } from "../../kernel.ts";
import type { DeploymentInput } from "./request.ts";

/** What the bed does not do must not look as if it did. */
export function unmodelled(what: string): AwsError {
  return new AwsError("UnsupportedOperation", `the bed does not model ${what}`, 501);
}

/** @throws AwsError UnsupportedOperation for options that would change what a deployment does */
export function refuseUnmodelled(input: DeploymentInput & { readonly DeploymentMode?: string }): void {
  if (input.DeploymentMode !== undefined) throw unmodelled(`DeploymentMode ${input.DeploymentMode}`);
  if (input.DeploymentConfig?.Mode === "EXPRESS") throw unmodelled("DeploymentConfig EXPRESS");
}
