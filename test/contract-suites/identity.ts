/** A workflow's token is exchanged for a session that says who acts. */
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oidcCredentials } from "../../actions/lib/adapters/aws/credentials.ts";
import { type IdentityProvider, startIdentityProvider } from "../bed/tests/aws/data/identity-provider.ts";
import type { Place } from "./place.ts";

export function identitySuite(place: () => Place): void {
  describe("a session of a workflow", () => {
    let provider: IdentityProvider;
    const earlier = process.env.AWS_ENDPOINT_URL;
    beforeAll(async () => {
      provider = await startIdentityProvider();
      process.env.AWS_ENDPOINT_URL = place().url;
      const Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
      await new IAMClient(place().settings).send(
        new CreateRoleCommand({
          RoleName: "deploy",
          AssumeRolePolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated } }],
          }),
        }),
      );
    });
    afterAll(async () => {
      if (earlier === undefined) delete process.env.AWS_ENDPOINT_URL;
      else process.env.AWS_ENDPOINT_URL = earlier;
      await provider.stop();
    });

    test("is the role, with the person's name in it", async () => {
      const credentials = oidcCredentials({
        ...{ region: "us-east-1", role: "arn:aws:iam::123456789012:role/deploy", session: "alice-4711" },
        idToken: async () => provider.token({ sub: "repo:mate-health/tenants:environment:production" }),
      });
      const { Arn, Account } = await new STSClient({ ...place().settings, credentials }).send(
        new GetCallerIdentityCommand({}),
      );
      expect(Arn).toBe("arn:aws:sts::123456789012:assumed-role/deploy/alice-4711");
      expect(Account).toBe("123456789012");
    });

    test("ends, and says when", async () => {
      const session = await oidcCredentials({
        ...{ region: "us-east-1", role: "arn:aws:iam::123456789012:role/deploy", session: "alice-4711" },
        idToken: async () => provider.token({ sub: "repo:mate-health/tenants:environment:production" }),
      })();
      expect(session.sessionToken).toEqual(expect.any(String));
      expect(session.expiration).toBeInstanceOf(Date);
    });
  });
}
