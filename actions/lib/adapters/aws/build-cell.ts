import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { S3Client } from "@aws-sdk/client-s3";
import type { Environment } from "../../domain/environment.ts";
import { recordsBucket, roleArn } from "../../domain/environment-names.ts";
import type { Candidates, Images, RegistryLogin } from "../../ports/images.ts";
import type { Records } from "../../ports/records.ts";
import { awsClientSettings } from "./client.ts";
import { oidcCredentials } from "./credentials.ts";
import { ecrCandidates } from "./ecr-candidates.ts";
import { ecrImages } from "./ecr-images.ts";
import { s3Records } from "./s3-records.ts";

/** What of an environment's AWS the build of a release needs, reached with its build role. */
export interface BuildCell {
  readonly images: Images;
  readonly candidates: Candidates;
  readonly records: Records;
  /** A token for the environment's registry; it holds twelve hours. */
  login(): Promise<RegistryLogin>;
}

/**
 * @param run.session shown in CloudTrail as the session's name: who and which run
 */
export function buildCell(
  environment: Environment,
  run: { readonly session: string; readonly idToken: () => Promise<string> },
): BuildCell {
  const { region } = environment;
  const credentials = oidcCredentials({ region, role: roleArn(environment, "build"), ...run });
  const client = awsClientSettings(region, credentials);
  const ecr = new ECRClient(client);
  // Buckets are addressed by path on endpoints that are no names, as on a test bed; AWS itself is addressed by name.
  const s3 = new S3Client({ ...client, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  return {
    images: ecrImages(ecr),
    candidates: ecrCandidates(ecr),
    records: s3Records(s3, recordsBucket(environment)),
    login: async () => {
      const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
      const { authorizationToken, proxyEndpoint } = authorizationData?.[0] ?? {};
      if (authorizationToken === undefined || proxyEndpoint === undefined) throw new Error("ECR gave no token");
      const [username = "", password = ""] = Buffer.from(authorizationToken, "base64").toString("utf8").split(/:(.*)/s);
      return { registry: new URL(proxyEndpoint).host, username, password };
    },
  };
}
