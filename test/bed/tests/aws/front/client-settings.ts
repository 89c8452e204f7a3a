/** What an SDK client needs to talk to a bed: its address, a key, and no retries, so that a test sees each answer. */
import type { AwsBed } from "../../../aws/bed.ts";

export function settingsFor(
  bed: AwsBed,
  credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string },
) {
  return {
    endpoint: bed.url,
    region: "us-east-1",
    credentials: credentials ?? { accessKeyId: "AKIA123456789012TEST", secretAccessKey: "unverified" },
    maxAttempts: 1,
  };
}
