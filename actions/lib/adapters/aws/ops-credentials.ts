import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentityProvider } from "@aws-sdk/types";
import { OperatorError } from "../../domain/operator-error.ts";
import { oidcCredentials, sessionName } from "./credentials.ts";

/** Seconds; AWS allows an hour to a role that was taken with another role (IAM user guide, "Role chaining"). */
const sessionSeconds = 3600;

/**
 * Credentials that reach one tenant only: the role is taken with the workflow's token, and then once more with the tenant as a session
 * tag, which every statement of the role's policy about a tenant asks for.
 *
 * @throws OperatorError `cannot-assume-role` when AWS refuses either step
 */
export function tenantCredentials(request: {
  readonly region: string;
  readonly role: string;
  readonly session: string;
  readonly tenant: string;
  readonly idToken: () => Promise<string>;
}): AwsCredentialIdentityProvider {
  const { region, role, tenant } = request;
  const client = new STSClient({ region, credentials: oidcCredentials(request) });
  return async () => {
    const answer = await client
      .send(
        new AssumeRoleCommand({
          RoleArn: role,
          RoleSessionName: sessionName(request.session),
          DurationSeconds: sessionSeconds,
          Tags: [{ Key: "mate-tenant", Value: tenant }],
        }),
      )
      .catch((error: unknown) => {
        if (error instanceof OperatorError || !(error instanceof Error)) throw error;
        throw new OperatorError(
          "cannot-assume-role",
          `cannot take ${role} for ${tenant}: ${error.message}; check that the roles stack is up to date`,
          { cause: error },
        );
      });
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
      throw new Error(`STS gave no credentials for ${role}`);
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      ...(Expiration !== undefined && { expiration: Expiration }),
    };
  };
}
