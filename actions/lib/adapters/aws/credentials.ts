import { fromWebToken } from "@aws-sdk/credential-provider-web-identity";
import type { AwsCredentialIdentityProvider } from "@aws-sdk/types";
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
  return async () => {
    const webIdentityToken = await request.idToken();
    try {
      return await fromWebToken({
        roleArn: request.role,
        roleSessionName: sessionName(request.session),
        webIdentityToken,
        clientConfig: { region: request.region },
      })();
    } catch (error) {
      throw new OperatorError(
        "cannot-assume-role",
        `cannot assume ${request.role}: ${(error as Error).message}; check that the bootstrap stack's trust names this repository, environment and workflow`,
        { cause: error },
      );
    }
  };
}

/** STS allows [\w+=,.@-]{2,64} (API reference, AssumeRole). */
export function sessionName(text: string): string {
  return text.replace(/[^\w+=,.@-]/g, "-").slice(0, 64);
}
