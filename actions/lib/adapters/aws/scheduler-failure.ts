/** What an error of the SDK says about trying again. Only codes and statuses count, never the text. */

export type CallFailure =
  /** AWS did nothing because calls came too fast: repeating is always safe. */
  | "throttled"
  /** AWS or the way to it failed; whether the call had its effect is not known. */
  | "broken"
  /** An answer: repeating gives the same. */
  | "final";

/** AWS general reference, "Error retries and exponential backoff", as the SDK lists them. */
const throttling = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttled",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);

/** Errors of connections, as Node and the SDK's HTTP handler name them. */
const broken = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "TimeoutError",
  "RequestTimeout",
  "RequestTimeoutException",
  "NetworkingError",
  "InternalFailure",
  "InternalError",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  // Fresh credentials are asked for with the next try.
  "ExpiredToken",
  "ExpiredTokenException",
]);

interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $retryable?: { readonly throttling?: boolean };
  readonly cause?: { readonly code?: string };
}

/** What to do after a call threw this. `LimitExceededException` is a quota in ECS and auto scaling, which waiting does not raise. */
export function callFailure(error: unknown): CallFailure {
  if (!(error instanceof Error)) return "final";
  const { name, $metadata, $retryable, cause } = error as SdkError;
  // What fetch throws names the broken connection in its cause.
  const code = (error as SdkError).code ?? cause?.code;
  if (throttling.has(name ?? "") || $retryable?.throttling === true || $metadata?.httpStatusCode === 429) {
    return "throttled";
  }
  if (broken.has(name ?? "") || broken.has(code ?? "")) return "broken";
  // The runner's clock goes wrong, AWS refused the signature for it, and the SDK has set its own right by AWS's answer.
  if ($metadata?.clockSkewCorrected === true) return "broken";
  return ($metadata?.httpStatusCode ?? 0) >= 500 ? "broken" : "final";
}
