/** What a request says about who makes it and for which service, in its SigV4 signature or its presigned URL. */

export interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  /** The signing name, such as `monitoring`. */
  readonly service: string;
  readonly sessionToken: string | undefined;
}

/** The credential scope of a request; undefined if it is not signed. Signatures themselves are not verified. */
export function credentialOf(
  headers: Readonly<Record<string, string | undefined>>,
  query: URLSearchParams,
): Credential | undefined {
  const scope = /Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1] ?? query.get("X-Amz-Credential");
  if (scope === null || scope === undefined) return undefined;
  const [accessKeyId, , region, service] = scope.split("/");
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  const sessionToken = headers["x-amz-security-token"] ?? query.get("X-Amz-Security-Token") ?? undefined;
  return { accessKeyId, region, service, sessionToken };
}
