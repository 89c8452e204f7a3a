/** A new instance, however it comes to be: created, or restored from a snapshot or a point in time. */
import type { CreateDBInstanceMessage, DBInstance, Tag } from "@aws-sdk/client-rds";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { makeMasterSecret } from "./master-secret.ts";
import { automatedSnapshot } from "./snapshots.ts";
import { type InstanceRecord, identifier, pass, rdsArn, rdsControls, rdsState, tell } from "./state.ts";

/** What may be asked of a new instance, by any of the three operations. */
export type Wish = Partial<Omit<CreateDBInstanceMessage, "Tags">> & { readonly Tags?: readonly Tag[] | undefined };

export interface Birth {
  readonly wish: Wish;
  /** The data's origin: what a restored instance takes over. */
  readonly source:
    | Pick<
        DBInstance,
        | "Engine"
        | "EngineVersion"
        | "MasterUsername"
        | "DBName"
        | "AllocatedStorage"
        | "StorageEncrypted"
        | "KmsKeyId"
        | "DBInstanceClass"
        | "StorageType"
        | "BackupRetentionPeriod"
      >
    | undefined;
  readonly milliseconds: number;
  readonly tags: readonly Tag[];
}

/** Begins to make an instance; it is `creating` now and `available` later. Throws what RDS refuses. */
export async function beginInstance(
  world: World,
  call: Call,
  { wish, source, milliseconds, tags }: Birth,
): Promise<DBInstance> {
  const state = rdsState(world, call);
  const id = identifier(wish.DBInstanceIdentifier);
  check(world, call, { id, wish });
  const engine = wish.Engine ?? source?.Engine ?? "postgres";
  const version = wish.EngineVersion ?? source?.EngineVersion ?? "16.4";
  const group =
    wish.DBSubnetGroupName === undefined ? undefined : state.subnetGroups.get(wish.DBSubnetGroupName.toLowerCase());
  const { region } = call.caller;
  const shown: DBInstance = {
    DBInstanceIdentifier: id,
    DBInstanceArn: rdsArn(call, "db", id),
    DbiResourceId: `db-${world.hex(26).toUpperCase()}`,
    DBInstanceClass: wish.DBInstanceClass ?? source?.DBInstanceClass ?? "db.t4g.micro",
    Engine: engine,
    EngineVersion: version,
    DBInstanceStatus: "creating",
    MasterUsername: wish.MasterUsername ?? source?.MasterUsername ?? "postgres",
    ...definedOnly({ DBName: wish.DBName ?? source?.DBName }),
    AllocatedStorage: wish.AllocatedStorage ?? source?.AllocatedStorage ?? 20,
    StorageType: wish.StorageType ?? source?.StorageType ?? "gp3",
    StorageEncrypted: source?.StorageEncrypted ?? wish.StorageEncrypted ?? false,
    ...definedOnly({
      KmsKeyId: source?.KmsKeyId ?? wish.KmsKeyId,
      MaxAllocatedStorage: wish.MaxAllocatedStorage,
      Iops: wish.Iops,
      StorageThroughput: wish.StorageThroughput,
    }),
    BackupRetentionPeriod: wish.BackupRetentionPeriod ?? source?.BackupRetentionPeriod ?? 1,
    PreferredBackupWindow: wish.PreferredBackupWindow ?? "03:00-03:30",
    PreferredMaintenanceWindow: wish.PreferredMaintenanceWindow ?? "sun:04:00-sun:04:30",
    VpcSecurityGroups: (wish.VpcSecurityGroupIds ?? ["sg-default"]).map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: "active",
    })),
    DBSecurityGroups: [],
    DBParameterGroups: [
      {
        DBParameterGroupName: wish.DBParameterGroupName ?? `default.${engine}${version.split(".")[0]}`,
        ParameterApplyStatus: "in-sync",
      },
    ],
    ...definedOnly({ DBSubnetGroup: group }),
    MultiAZ: wish.MultiAZ ?? false,
    AvailabilityZone: wish.AvailabilityZone ?? `${region}a`,
    ...(wish.MultiAZ === true && { SecondaryAvailabilityZone: `${region}b` }),
    PubliclyAccessible: wish.PubliclyAccessible ?? false,
    AutoMinorVersionUpgrade: wish.AutoMinorVersionUpgrade ?? true,
    CopyTagsToSnapshot: wish.CopyTagsToSnapshot ?? false,
    DeletionProtection: wish.DeletionProtection ?? false,
    IAMDatabaseAuthenticationEnabled: wish.EnableIAMDatabaseAuthentication ?? false,
    PerformanceInsightsEnabled: wish.EnablePerformanceInsights ?? false,
    ...definedOnly({
      PerformanceInsightsKMSKeyId: wish.PerformanceInsightsKMSKeyId,
      PerformanceInsightsRetentionPeriod: wish.PerformanceInsightsRetentionPeriod,
      MonitoringRoleArn: wish.MonitoringRoleArn,
    }),
    MonitoringInterval: wish.MonitoringInterval ?? 0,
    EnabledCloudwatchLogsExports: wish.EnableCloudwatchLogsExports ?? [],
    CACertificateIdentifier: wish.CACertificateIdentifier ?? "rds-ca-rsa2048-g1",
    LicenseModel: "postgresql-license",
    PendingModifiedValues: {},
    OptionGroupMemberships: [
      { OptionGroupName: wish.OptionGroupName ?? `default:${engine}-${version.split(".")[0]}`, Status: "in-sync" },
    ],
    ReadReplicaDBInstanceIdentifiers: [],
    DbInstancePort: 0,
    TagList: [...tags],
  };
  const record: InstanceRecord = { shown, cancel: () => {}, cancelRestart: () => {} };
  state.instances.set(id, record);
  state.tags.set(shown.DBInstanceArn ?? "", tags);
  if (wish.ManageMasterUserPassword === true) {
    shown.MasterUserSecret = await makeMasterSecret(world, call, {
      instance: shown,
      kmsKeyId: wish.MasterUserSecretKmsKeyId,
    });
  }
  pass(world, record, {
    status: "creating",
    milliseconds,
    done: () => ready(world, call, { record, port: wish.Port ?? 5432 }),
  });
  return shown;
}

/** The endpoint that an identifier has in this account and region. */
export function endpointOf(world: World, call: Call, id: string, port: number): NonNullable<DBInstance["Endpoint"]> {
  const { suffix } = rdsState(world, call);
  return {
    Address: `${id}.${suffix}.${call.caller.region}.rds.amazonaws.com`,
    Port: port,
    HostedZoneId: "Z2R2ITUGPM61AM",
  };
}

function check(world: World, call: Call, { id, wish }: { readonly id: string; readonly wish: Wish }): void {
  const state = rdsState(world, call);
  if (!/^[a-z](?:-?[a-z0-9])*$/.test(id) || id.length > 63) {
    throw new AwsError(
      "InvalidParameterValue",
      "The parameter DBInstanceIdentifier is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
    );
  }
  if (state.instances.has(id)) throw new AwsError("DBInstanceAlreadyExists", "DB instance already exists");
  if (state.instances.size >= rdsControls(world).quotas.instances) {
    throw new AwsError("InstanceQuotaExceeded", "Cannot create more than the maximum number of DB instances");
  }
  const { DBSubnetGroupName: subnets, DBParameterGroupName: parameters } = wish;
  if (subnets !== undefined && !state.subnetGroups.has(subnets.toLowerCase())) {
    throw new AwsError("DBSubnetGroupNotFoundFault", `DB subnet group '${subnets}' does not exist.`, 404);
  }
  if (
    parameters !== undefined &&
    !parameters.startsWith("default.") &&
    !state.parameterGroups.has(parameters.toLowerCase())
  ) {
    throw new AwsError("DBParameterGroupNotFound", `DBParameterGroup not found: ${parameters}`, 404);
  }
  if (wish.ManageMasterUserPassword === true && wish.MasterUserPassword !== undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.",
    );
  }
}

function ready(
  world: World,
  call: Call,
  { record, port }: { readonly record: InstanceRecord; readonly port: number },
): void {
  const { shown } = record;
  const id = shown.DBInstanceIdentifier ?? "";
  shown.InstanceCreateTime = new Date(world.clock.now());
  shown.Endpoint = endpointOf(world, call, id, port);
  shown.DBInstanceStatus = "available";
  tell(world, call, { source: "db-instance", id, message: "DB instance created", category: "creation" });
  if ((shown.BackupRetentionPeriod ?? 0) > 0) automatedSnapshot(world, call, record);
}

function definedOnly<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
