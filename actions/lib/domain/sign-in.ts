/**
 * How a hospital's people sign in: accounts of the central user pool, or the hospital's own identity provider.
 */

import * as z from "zod";
import type { Fixed } from "./schema.ts";
import { show } from "./wording.ts";

const httpsUrl = (what: string) =>
  z
    .string()
    .max(1024)
    .regex(/^https:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[^\s"'<>\\{}|^`]*)?$/, {
      error: ({ input }) => `${what} must be an https URL, got ${show(input)}`,
    });

/** The `sso` of a tenant file. */
export const signIn = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("none").describe("Users sign in with accounts of the central user pool.") }),
    z.strictObject({
      type: z.literal("saml").describe("The hospital's SAML 2.0 identity provider."),
      metadataUrl: httpsUrl("metadataUrl").describe("Where the identity provider publishes its SAML metadata."),
    }),
    z.strictObject({
      type: z.literal("oidc").describe("The hospital's OpenID Connect provider."),
      issuer: httpsUrl("issuer").describe(
        "The provider's issuer URL; `/.well-known/openid-configuration` is found under it.",
      ),
      clientId: z.string().min(1).max(255).describe("The client id the hospital registered for MATE."),
      clientSecretArn: z
        .string()
        .regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}$/, {
          error: ({ input }) => `clientSecretArn must be the ARN of a Secrets Manager secret, got ${show(input)}`,
        })
        .describe("ARN of the Secrets Manager secret that holds the client secret. Never the secret itself."),
    }),
  ])
  .describe("How the hospital's people sign in. Left out: with accounts of the central user pool.");

export type Sso = Fixed<z.infer<typeof signIn>>;
