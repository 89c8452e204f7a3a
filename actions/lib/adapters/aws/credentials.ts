import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, type Credentials, STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@aws-sdk/types";
import { OperatorError } from "../../domain/operator-error.ts";

/**
 * Credentials of a role assumed with the workflow's OIDC token. The SDK asks again when they are about to expire, and each
 * time a fresh token is requested, so a wave that takes hours does not lose them half-way.
 *
 * @param request.idToken asks GitHub for a token for the audience sts.amazonaws.com
 * @throws OperatorError `cannot-assume-role` when AWS refuses, with what to check
 */
export function oidcCredentials(request: {
  readonly region: string;
  readonly role: string;
  readonly session: string;
  readonly idToken: () => Promise<string>;
}): AwsCredentialIdentityProvider {
  const client = new STSClient({ region: request.region, credentials: { accessKeyId: "", secretAccessKey: "" } });
  return async () => {
    const token = await request.idToken();
    try {
      const { Credentials } = await client.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: request.role,
          RoleSessionName: sessionName(request.session),
          WebIdentityToken: token,
        }),
      );
      return identity(Credentials);
    } catch (error) {
      throw new OperatorError(
        "cannot-assume-role",
        `cannot assume ${request.role}: ${(error as Error).message}; check that the bootstrap stack's trust names this repository, environment and workflow`,
        { cause: error },
      );
    }
  };
}

/**
 * Credentials of a second role session that carries the tenant as a session tag, so that it reaches resources tagged with that
 * tenant and no others.
 */
export function tenantCredentials(request: {
  readonly region: string;
  readonly role: string;
  readonly session: string;
  readonly tenant: string;
  readonly credentials: AwsCredentialIdentityProvider;
}): AwsCredentialIdentityProvider {
  const client = new STSClient({ region: request.region, credentials: request.credentials });
  return async () => {
    const { Credentials } = await client.send(
      new AssumeRoleCommand({
        RoleArn: request.role,
        RoleSessionName: sessionName(request.session),
        Tags: [{ Key: "mate-tenant", Value: request.tenant }],
      }),
    );
    return identity(Credentials);
  };
}

function identity(credentials: Credentials | undefined): AwsCredentialIdentity {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined) throw new Error("STS answered without credentials");
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken !== undefined && { sessionToken: SessionToken }),
    ...(Expiration !== undefined && { expiration: Expiration }),
  };
}

/** STS allows [\w+=,.@-]{2,64} (API reference, AssumeRole). */
function sessionName(text: string): string {
  return text.replace(/[^\w+=,.@-]/g, "-").slice(0, 64);
}
