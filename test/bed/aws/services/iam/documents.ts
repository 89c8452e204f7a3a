/** Policy documents on their way in and out of the IAM API. */
import { AwsError } from "../../kernel.ts";

/** A policy from its text. @throws AwsError MalformedPolicyDocument */
export function policyFrom(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch (cause) {
    throw new AwsError("MalformedPolicyDocument", `This policy contains invalid Json: ${String(cause)}`);
  }
}

/** IAM answers policies as percent-encoded JSON (RFC 3986). */
export function encoded(policy: unknown): string {
  return encodeURIComponent(JSON.stringify(policy)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
