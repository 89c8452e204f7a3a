import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@aws-sdk/types";
import { OperatorError } from "../../domain/operator-error.ts";
import type { Clock } from "../../ports/clock.ts";
import { oidcCredentials, sessionName } from "./credentials.ts";
import { type Answer, awsQueries, textOf, within } from "./ops-query.ts";
import { AwsFailure } from "./ops-signed-fetch.ts";

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
  readonly clock: Clock;
}): AwsCredentialIdentityProvider {
  const { region, role, tenant, clock } = request;
  const pause = (milliseconds: number): Promise<void> => clock.sleep(milliseconds);
  const query = awsQueries({ region, pause, credentials: oidcCredentials(request) });
  return remembered(clock, async () => {
    const parameters = {
      RoleArn: role,
      RoleSessionName: sessionName(request.session),
      DurationSeconds: String(sessionSeconds),
      "Tags.member.1.Key": "mate-tenant",
      "Tags.member.1.Value": tenant,
    };
    try {
      return sessionOf(await query({ service: "sts", action: "AssumeRole", parameters }));
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      throw new OperatorError(
        "cannot-assume-role",
        `cannot take ${role} for ${tenant}: ${error.message}; check that the roles stack is up to date`,
        { cause: error },
      );
    }
  });
}

/** Credentials end after an hour; new ones are taken this long before, in milliseconds. */
const renewMs = 5 * 60_000;

/** Takes a session when it is first needed, and again before it ends; everybody who asks in between shares it. */
function remembered(clock: Clock, take: () => Promise<AwsCredentialIdentity>): AwsCredentialIdentityProvider {
  let present: Promise<AwsCredentialIdentity> | undefined;
  const fresh = (): Promise<AwsCredentialIdentity> => {
    const taking = take();
    present = taking;
    // One that could not be taken is not remembered.
    taking.catch(() => {
      if (present === taking) present = undefined;
    });
    return taking;
  };
  return async () => {
    const known = await (present ?? fresh());
    const ends = known.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    return ends - clock.now().getTime() > renewMs ? known : await fresh();
  };
}

function sessionOf(answer: Answer): AwsCredentialIdentity {
  const given = within(answer, "Credentials");
  const accessKeyId = textOf(given, "AccessKeyId");
  const secretAccessKey = textOf(given, "SecretAccessKey");
  const sessionToken = textOf(given, "SessionToken");
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) {
    throw new Error("STS gave no credentials");
  }
  return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(textOf(given, "Expiration") ?? "") };
}
