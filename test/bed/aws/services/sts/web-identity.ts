/** The token with which a workflow proves who it is, and whether a role's trust policy takes it. */
import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { AwsError } from "../../kernel.ts";
import { trusts } from "./trust.ts";

export type Claims = Readonly<Record<string, unknown>> & {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
};

/** Keys of issuers by their URL, fetched once. */
const keys = new Map<string, Promise<readonly (JsonWebKey & { readonly kid?: string })[]>>();

/**
 * Reads a token and verifies its signature with the issuer's published keys.
 *
 * @param now bed time and real time in milliseconds; a token must still hold in one of them, as issuers live in real time
 * @throws AwsError InvalidIdentityToken, ExpiredTokenException
 */
export async function readToken(token: string, now: readonly number[]): Promise<Claims> {
  const [head, body, signature] = token.split(".");
  if (head === undefined || body === undefined || signature === undefined) throw invalid("it is not a JWT");
  const header = decode(head);
  const claims = decode(body);
  const { iss, sub, aud, exp } = claims;
  if (typeof iss !== "string" || typeof sub !== "string" || typeof aud !== "string")
    throw invalid("it lacks one of iss, sub and aud");
  const key = (await keysOf(iss)).find(({ kid }) => kid === header.kid);
  if (key === undefined) throw invalid(`the issuer ${iss} has no key ${String(header.kid)}`);
  const isGenuine = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${body}`),
    createPublicKey({ key, format: "jwk" }),
    Buffer.from(signature, "base64url"),
  );
  if (!isGenuine) throw invalid("its signature is wrong");
  if (typeof exp === "number" && now.every((moment) => moment > exp * 1000))
    throw new AwsError("ExpiredTokenException", "Token expired", 400);
  return { ...claims, iss, sub, aud };
}

/**
 * True if the role's trust policy takes these claims. Policies name the provider on AWS; the claims of a bed's issuer
 * stand for those of the provider that the policy names.
 */
export function trustsClaims(policy: unknown, claims: Claims): boolean {
  return federated(policy).some((provider) => {
    const host = provider.split(":oidc-provider/")[1] ?? provider;
    const context = Object.fromEntries(
      Object.entries(claims).map(([name, value]) => [`${host}:${name}`.toLowerCase(), [String(value)]]),
    );
    return trusts(policy, {
      action: "sts:AssumeRoleWithWebIdentity",
      principals: [provider],
      principalType: "Federated",
      context,
    });
  });
}

function federated(policy: unknown): readonly string[] {
  const statements = (policy as { readonly Statement?: unknown }).Statement;
  return [statements].flat().flatMap((statement) => {
    const principal = (statement as { readonly Principal?: { readonly Federated?: string | readonly string[] } })
      .Principal;
    return [principal?.Federated ?? []].flat();
  });
}

function keysOf(issuer: string): Promise<readonly (JsonWebKey & { readonly kid?: string })[]> {
  const earlier = keys.get(issuer);
  if (earlier !== undefined) return earlier;
  const fetched = fetchKeys(issuer).catch((cause: unknown) => {
    keys.delete(issuer);
    throw invalid(`the keys of ${issuer} cannot be read: ${String(cause)}`);
  });
  keys.set(issuer, fetched);
  return fetched;
}

async function fetchKeys(issuer: string): Promise<readonly JsonWebKey[]> {
  const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  const { jwks_uri: address } = discovery as { readonly jwks_uri: string };
  const { keys: found } = (await (await fetch(address)).json()) as { readonly keys: readonly JsonWebKey[] };
  return found;
}

function decode(part: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch (cause) {
    throw invalid(String(cause));
  }
}

function invalid(why: string): AwsError {
  return new AwsError("InvalidIdentityToken", `the web identity token is not valid: ${why}`);
}
