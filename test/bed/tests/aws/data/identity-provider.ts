/** An OpenID Connect issuer for tests: discovery, one key, and tokens with any claims. */
import { createSign, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface IdentityProvider {
  readonly url: string;
  token(claims: object, lifetimeSeconds?: number): string;
  stop(): Promise<void>;
}

/** Starts an issuer on a free port of 127.0.0.1. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  let url = "";
  const server = createServer((request, response) => {
    const answers: Readonly<Record<string, object>> = {
      "/.well-known/openid-configuration": { issuer: url, jwks_uri: `${url}/keys` },
      "/keys": { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "key-1", alg: "RS256", use: "sig" }] },
    };
    const answer = answers[request.url ?? ""];
    response.writeHead(answer === undefined ? 404 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return {
    url,
    token: (claims, lifetimeSeconds = 300) => {
      const exp = Math.floor(Date.now() / 1000) + lifetimeSeconds;
      const signed = `${part({ alg: "RS256", typ: "JWT", kid: "key-1" })}.${part({ iss: url, aud: "sts.amazonaws.com", exp, ...claims })}`;
      return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey).toString("base64url")}`;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
