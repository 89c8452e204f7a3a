/** The secret in Secrets Manager that holds a managed master password. */
import type { DBInstance, MasterUserSecret } from "@aws-sdk/client-rds";
import { AwsError, type Call, type World } from "../../kernel.ts";

/** Makes a new secret with a new password; the answer is what DescribeDBInstances shows of it. */
export async function makeMasterSecret(
  world: World,
  call: Call,
  of: { readonly instance: DBInstance; readonly kmsKeyId: string | undefined },
): Promise<MasterUserSecret> {
  const { ARN } = await world.invoke<{ ARN: string }>(
    "secrets-manager",
    "CreateSecret",
    {
      Name: `rds!db-${world.uuid()}`,
      Description: `Secret associated with primary RDS DB instance: ${of.instance.DBInstanceArn}`,
      SecretString: password(world, of.instance),
      ...(of.kmsKeyId !== undefined && { KmsKeyId: of.kmsKeyId }),
      Tags: [{ Key: "aws:rds:primaryDBInstanceArn", Value: of.instance.DBInstanceArn }],
    },
    call,
  );
  return {
    SecretArn: ARN,
    SecretStatus: "active",
    KmsKeyId: of.kmsKeyId ?? `arn:aws:kms:${call.caller.region}:${call.caller.account}:alias/aws/secretsmanager`,
  };
}

/** Puts a new password into the secret. */
export async function rotateMasterSecret(world: World, call: Call, instance: DBInstance): Promise<void> {
  const input = { SecretId: instance.MasterUserSecret?.SecretArn, SecretString: password(world, instance) };
  await world.invoke("secrets-manager", "PutSecretValue", input, call);
}

/** Deletes the secret of an instance that has one. */
export async function dropMasterSecret(world: World, call: Call, instance: DBInstance): Promise<void> {
  const SecretId = instance.MasterUserSecret?.SecretArn;
  if (SecretId === undefined) return;
  try {
    await world.invoke("secrets-manager", "DeleteSecret", { SecretId, ForceDeleteWithoutRecovery: true }, call);
  } catch (error) {
    // Somebody has deleted it already, which is what is wanted.
    if (!(error instanceof AwsError) || error.code !== "ResourceNotFoundException") throw error;
  }
}

function password(world: World, instance: DBInstance): string {
  return JSON.stringify({ username: instance.MasterUsername, password: world.hex(28) });
}
