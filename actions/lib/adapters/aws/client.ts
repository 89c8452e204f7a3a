import type { AwsCredentialIdentityProvider } from "@aws-sdk/types";

/** What every client is made with. Endpoints come from the SDK's own AWS_ENDPOINT_URL settings. */
export interface AwsClientSettings {
  readonly region: string;
  readonly credentials: AwsCredentialIdentityProvider;
  readonly retryMode: "adaptive";
  readonly maxAttempts: number;
  readonly customUserAgent: string;
  readonly requestHandler: {
    readonly httpAgent: { readonly maxSockets: number };
    readonly httpsAgent: { readonly maxSockets: number };
  };
}

/** The SDK's fifty would let calls of a hundred tenants wait for one another; what AWS can take is the scheduler's business. */
const sockets = { maxSockets: 256 } as const;

/**
 * Settings shared by all clients: adaptive retries, which slow down when AWS throttles, as the second line behind the
 * environment's own token buckets.
 */
export function awsClientSettings(region: string, credentials: AwsCredentialIdentityProvider): AwsClientSettings {
  return {
    ...{ region, credentials, retryMode: "adaptive", maxAttempts: 7, customUserAgent: "mate-tenant-delivery" },
    requestHandler: { httpAgent: sockets, httpsAgent: sockets },
  };
}

/** Whether an error of the SDK carries this code. Decisions are made from codes, never from messages. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(error.name);
}
