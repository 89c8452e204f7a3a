import type { AwsError, World } from "../../kernel.ts";
import { factsOf } from "../resources/facts.ts";
import type { Section } from "../template/value.ts";

/** Types whose handler names what exists already by its identifier, instead of passing on what the service said. */
const NAMES_WHAT_EXISTS = new Set(["AWS::Logs::LogGroup"]);

/** How an error of a service shows in the reason of a resource's event, as CloudFormation's resource handlers word it. */
export function handlerFailure(
  error: AwsError,
  { world, type, properties }: { readonly world: World; readonly type: string; readonly properties: Section },
): string {
  // CloudFormation's own resources speak for themselves, without a handler in between.
  if (type.startsWith("AWS::CloudFormation::")) return error.message;
  const service = type.split("::")[1] ?? "";
  const code = handlerCode(error.code);
  const said =
    code === "AlreadyExists" && NAMES_WHAT_EXISTS.has(type)
      ? `Resource of type '${type}' with identifier '${identifierOf(type, properties)}' already exists.`
      : `${error.message} (Service: ${service}, Status Code: ${error.status}, Request ID: ${world.uuid()})`;
  return `Resource handler returned message: "${said}" (RequestToken: ${world.uuid()}, HandlerErrorCode: ${code})`;
}

function identifierOf(type: string, properties: Section): string {
  const members = factsOf(type)?.primaryIdentifier ?? [];
  return JSON.stringify(Object.fromEntries(members.map((name) => [`/properties/${name}`, properties[name] ?? null])));
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
