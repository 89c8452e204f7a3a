/** The secrets of a container, read by the execution role before the container starts. */
import type { Secret } from "@aws-sdk/client-ecs";
import { AwsError, type Call, type World } from "../../kernel.ts";

export type Secrets = { readonly values: Readonly<Record<string, string>> } | { readonly obstacle: string };

/** Values by environment variable, or the reason for which the task cannot be initialised. */
export async function readSecrets(world: World, call: Call, secrets: readonly Secret[]): Promise<Secrets> {
  const values: Record<string, string> = {};
  for (const { name = "", valueFrom = "" } of secrets) {
    try {
      values[name] = valueFrom.startsWith("arn:aws:secretsmanager:")
        ? await fromSecretsManager(world, call, valueFrom)
        : await fromParameterStore(world, call, valueFrom);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return {
        obstacle:
          "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
          `unable to retrieve secret from ${valueFrom.includes(":secretsmanager:") ? "asm" : "ssm"}: ${error.code}: ${error.message}`,
      };
    }
  }
  return { values };
}

/** `arn:aws:secretsmanager:<region>:<account>:secret:<name>[:json-key:version-stage:version-id]` */
async function fromSecretsManager(world: World, call: Call, valueFrom: string): Promise<string> {
  const parts = valueFrom.split(":");
  const [jsonKey, versionStage, versionId] = parts.slice(7);
  const { SecretString = "" } = await world.invoke<{ SecretString?: string }>(
    "secrets-manager",
    "GetSecretValue",
    {
      SecretId: parts.slice(0, 7).join(":"),
      ...(versionStage && { VersionStage: versionStage }),
      ...(versionId && { VersionId: versionId }),
    },
    call,
  );
  if (!jsonKey) return SecretString;
  const value = (JSON.parse(SecretString) as Record<string, unknown>)[jsonKey];
  if (value === undefined) {
    throw new AwsError(
      "ResourceInitializationError",
      `retrieved secret from Secrets Manager did not contain json key ${jsonKey}`,
    );
  }
  return String(value);
}

async function fromParameterStore(world: World, call: Call, valueFrom: string): Promise<string> {
  const Name = valueFrom.startsWith("arn:")
    ? valueFrom.slice(valueFrom.indexOf(":parameter") + ":parameter".length)
    : valueFrom;
  const found = await world.invoke<{ Parameter?: { Value?: string } }>(
    "ssm",
    "GetParameter",
    { Name, WithDecryption: true },
    call,
  );
  return found.Parameter?.Value ?? "";
}
