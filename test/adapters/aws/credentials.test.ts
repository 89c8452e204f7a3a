import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { oidcCredentials } from "../../../actions/lib/adapters/aws/credentials.ts";
import { type AwsBed, startAwsBed } from "../../bed/aws/bed.ts";
import { bedClock } from "../../bed/clock.ts";
import { type IdentityProvider, startIdentityProvider } from "../../bed/tests/aws/data/identity-provider.ts";
import { settingsFor } from "../../bed/tests/aws/front/client-settings.ts";

let bed: AwsBed;
let provider: IdentityProvider;
const earlier = process.env.AWS_ENDPOINT_URL;
beforeAll(async () => {
  [bed, provider] = await Promise.all([startAwsBed({ clock: bedClock() }), startIdentityProvider()]);
  process.env.AWS_ENDPOINT_URL = bed.url;
  const Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
  const Statement = [{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated } }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await new IAMClient(settingsFor(bed)).send(new CreateRoleCommand({ RoleName: "deploy", AssumeRolePolicyDocument }));
});
afterAll(async () => {
  if (earlier === undefined) delete process.env.AWS_ENDPOINT_URL;
  else process.env.AWS_ENDPOINT_URL = earlier;
  await Promise.all([bed.stop(), provider.stop()]);
});

test("pitfall 3.35: a session that is about to end is followed by another with a fresh token, however long a job waits", async () => {
  const tokens: string[] = [];
  const session = oidcCredentials({
    ...{ region: "us-east-1", role: "arn:aws:iam::123456789012:role/deploy", session: "alice-4711" },
    idToken: async () => {
      const token = await provider.token({ sub: `repo:mate-health/tenants:environment:production-${tokens.length}` });
      tokens.push(token);
      return token;
    },
  });
  // As if an hour less a minute had passed.
  const ending = async () => ({ ...(await session()), expiration: new Date(Date.now() + 60_000) });
  const client = new STSClient({ ...settingsFor(bed), credentials: ending });
  const first = await client.config.credentials();
  const second = await client.config.credentials();

  expect(second.accessKeyId).not.toBe(first.accessKeyId);
  expect(new Set(tokens).size).toBe(tokens.length);
  expect((await client.send(new GetCallerIdentityCommand({}))).Arn).toContain("assumed-role/deploy/alice-4711");
});
