/** Secrets that are told where the database is whose password they hold. */
import type { Properties, ResourceContext, ResourceHandler, World } from "../../kernel.ts";
import { addVersion, secretNamed } from "./secrets.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html: what each kind of target adds. */
export function attachmentHandler(world: World): ResourceHandler {
  const attach = async (properties: Properties, context: ResourceContext): Promise<string> => {
    const secret = secretNamed(world, context.call.caller, String(properties.SecretId));
    const current = [...secret.versions.values()].find(({ stages }) => stages.has("AWSCURRENT"));
    const before = object(current?.text);
    const connection = await connectionOf(world, properties, context);
    // A target that the bed does not model adds nothing.
    if (before !== undefined && connection !== undefined) {
      const text = JSON.stringify({ ...before, ...connection });
      if (text !== current?.text) addVersion(world, secret, { token: undefined, text, bytes: undefined });
    }
    return secret.arn;
  };
  return {
    create: async (properties, context) => {
      const arn = await attach(properties, context);
      return { physicalId: arn, attributes: { Id: arn } };
    },
    update: async (made, _before, after, context) => {
      await attach(after, context);
      return made;
    },
    // The secret keeps what it was told.
    remove: async () => {},
  };
}

interface Database {
  readonly Engine: string;
  readonly Endpoint?: { readonly Address: string; readonly Port: number };
  readonly DBName?: string;
  readonly DBInstanceIdentifier: string;
}

interface Cluster {
  readonly Engine: string;
  readonly Endpoint: string;
  readonly Port: number;
  readonly DatabaseName?: string;
  readonly DBClusterIdentifier: string;
}

async function connectionOf(
  world: World,
  { TargetType, TargetId }: Properties,
  { call }: ResourceContext,
): Promise<object | undefined> {
  if (TargetType === "AWS::RDS::DBInstance" && world.services.get("rds")?.operations.DescribeDBInstances) {
    const asked = { DBInstanceIdentifier: TargetId };
    const { DBInstances } = await world.invoke<{ DBInstances: readonly Database[] }>(
      "rds",
      "DescribeDBInstances",
      asked,
      call,
    );
    const [one] = DBInstances;
    return (
      one && {
        ...{ engine: one.Engine, host: one.Endpoint?.Address, port: one.Endpoint?.Port, dbname: one.DBName },
        dbInstanceIdentifier: one.DBInstanceIdentifier,
      }
    );
  }
  if (TargetType === "AWS::RDS::DBCluster" && world.services.get("rds")?.operations.DescribeDBClusters) {
    const asked = { DBClusterIdentifier: TargetId };
    const { DBClusters } = await world.invoke<{ DBClusters: readonly Cluster[] }>(
      "rds",
      "DescribeDBClusters",
      asked,
      call,
    );
    const [one] = DBClusters;
    return (
      one && {
        ...{ engine: one.Engine, host: one.Endpoint, port: one.Port, dbname: one.DatabaseName },
        dbClusterIdentifier: one.DBClusterIdentifier,
      }
    );
  }
  return undefined;
}

/** Only a secret that is an object can be told anything. */
function object(text: string | undefined): object | undefined {
  if (text?.trimStart().startsWith("{") !== true) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
