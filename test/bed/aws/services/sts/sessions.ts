/** The temporary credentials that STS of a bed has issued, and who a request's access key stands for. */
import { AwsError, type Caller, type World } from "../../kernel.ts";

export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly account: string;
  /** ARN of the assumed role's session. */
  readonly arn: string;
  /** Unique id of the role and the session's name: `AROA…:name`. */
  readonly userId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTags: readonly string[];
  /** Bed time in milliseconds. */
  readonly expiresAt: number;
}

/** The sessions of a bed by access key. */
export function sessionsOf(world: World): Map<string, Session> {
  return world.store("sts-sessions", { account: "*", region: "*" }, () => new Map<string, Session>());
}

export type Identity = Omit<Caller, "region"> & { readonly userId: string };

/**
 * Who an access key stands for. Keys that begin with ASIA are sessions of this bed; `AKIA` and twelve digits is a user of
 * that account; any other key is a user of the default account, so that a laptop's own settings do.
 *
 * @throws AwsError ExpiredToken, InvalidClientTokenId
 */
export function identify(
  world: World,
  credential: { readonly accessKeyId: string; readonly sessionToken: string | undefined },
  defaultAccount: string,
): Identity {
  const { accessKeyId, sessionToken } = credential;
  if (!accessKeyId.startsWith("ASIA")) {
    const account = /^AKIA(\d{12})/.exec(accessKeyId)?.[1] ?? defaultAccount;
    return { account, arn: `arn:aws:iam::${account}:user/operator`, userId: "AIDAOPERATOR0000000000", tags: {} };
  }
  const session = sessionsOf(world).get(accessKeyId);
  if (session === undefined || session.sessionToken !== sessionToken)
    throw new AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", 403);
  if (session.expiresAt <= world.clock.now()) throw expiredToken();
  return { account: session.account, arn: session.arn, userId: session.userId, tags: session.tags };
}

/** What AWS answers to credentials that were good once. The front gives it the code of each protocol. */
export function expiredToken(): AwsError {
  return new AwsError("ExpiredToken", "The security token included in the request is expired", 403);
}
