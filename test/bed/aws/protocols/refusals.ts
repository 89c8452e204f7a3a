/** Errors of the front itself, which services name differently in each protocol. */
import { AwsError } from "../kernel.ts";
import type { Conversation } from "./conversation.ts";

/** The protocol's own name for an error that query services know by the given code. */
export function inProtocolOf(conversation: Conversation, error: AwsError): AwsError {
  const named = names[error.code];
  if (named === undefined || conversation.model === undefined) return error;
  if (conversation.service === "s3") return new AwsError(named.s3, error.message, named.s3Status ?? error.status);
  return speaksQuery.has(conversation.service) ? error : new AwsError(named.json, error.message, 400);
}

/** "Too fast", as the service says it. */
export function tooFast(conversation: Conversation): AwsError {
  const [code, status] = conversation.model?.throttling ?? ["ThrottlingException", 400];
  return new AwsError(
    code,
    conversation.service === "s3" ? "Please reduce your request rate." : "Rate exceeded",
    status,
  );
}

const names: Readonly<Record<string, { readonly s3: string; readonly s3Status?: number; readonly json: string }>> = {
  ExpiredToken: { s3: "ExpiredToken", s3Status: 400, json: "ExpiredTokenException" },
  InvalidClientTokenId: { s3: "InvalidAccessKeyId", json: "UnrecognizedClientException" },
  ValidationError: { s3: "InvalidRequest", json: "ValidationException" },
  MissingAuthenticationToken: { s3: "AccessDenied", json: "MissingAuthenticationTokenException" },
};

const speaksQuery = new Set([
  "cloudformation",
  "cloudwatch",
  "ec2",
  "elastic-load-balancing-v2",
  "elasticache",
  "iam",
  "rds",
  "sns",
  "sts",
]);
