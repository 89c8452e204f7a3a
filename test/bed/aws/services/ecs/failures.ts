/** The errors of the ECS API, with the words AWS uses. */
import { AwsError } from "../../kernel.ts";

export function clientError(message: string): AwsError {
  return new AwsError("ClientException", message);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function clusterNotFound(): AwsError {
  return new AwsError("ClusterNotFoundException", "Cluster not found.");
}

export function serviceNotFound(): AwsError {
  return new AwsError("ServiceNotFoundException", "Service not found.");
}
