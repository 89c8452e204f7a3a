import type { AwsError, World } from "../../kernel.ts";

/** How an error of a service shows in the reason of a resource's event, as CloudFormation's resource handlers word it. */
export function handlerFailure(
  error: AwsError,
  { world, type }: { readonly world: World; readonly type: string },
): string {
  // CloudFormation's own resources speak for themselves, without a handler in between.
  if (type.startsWith("AWS::CloudFormation::")) return error.message;
  const service = type.split("::")[1] ?? "";
  const said = `${error.message} (Service: ${service}, Status Code: ${error.status}, Request ID: ${world.uuid()})`;
  return `Resource handler returned message: "${said}" (RequestToken: ${world.uuid()}, HandlerErrorCode: ${handlerCode(error.code)})`;
}

/** https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html */
function handlerCode(code: string): string {
  if (/AlreadyExist|AlreadyOwned|Duplicate|EntityAlreadyExists|InUse$/.test(code)) return "AlreadyExists";
  if (/NotFound|NoSuch|DoesNotExist|NonExistent/.test(code)) return "NotFound";
  if (/AccessDenied|Unauthorized|NotAuthorized/.test(code)) return "AccessDenied";
  if (/Throttl|TooManyRequests|SlowDown/.test(code)) return "Throttling";
  if (/LimitExceeded|QuotaExceeded|QuotaExceededFault/.test(code)) return "ServiceLimitExceeded";
  if (/Conflict|DependencyViolation|InvalidState|Fault$/.test(code)) return "ResourceConflict";
  if (/Internal|ServiceUnavailable/.test(code)) return "ServiceInternalError";
  return "InvalidRequest";
}

/** "The following resource(s) failed to create: [A, B]. " — with the trailing blank that AWS leaves. */
export function failedTo(verb: "create" | "update" | "delete" | "import", logicalIds: readonly string[]): string {
  return `The following resource(s) failed to ${verb}: [${logicalIds.join(", ")}]. `;
}
