/** RDS's instances and snapshots ⇄ ours. */
import type {
  DBInstance,
  DBSnapshot,
  ModifyDBInstanceMessage,
  RestoreDBInstanceFromDBSnapshotMessage,
  Tag,
} from "@aws-sdk/client-rds";
import {
  type DatabaseInstance,
  type DatabaseSettings,
  type DatabaseSnapshot,
  databaseState,
} from "../../domain/restore-database.ts";

/** From this size on gp3 volumes take a rate of their own (Amazon RDS user guide, "gp3 storage", PostgreSQL). */
const ratedGib = 400;

export function toInstance(instance: DBInstance): DatabaseInstance {
  const status = instance.DBInstanceStatus ?? "";
  const restart = [...(instance.DBParameterGroups ?? [])].some(
    ({ ParameterApplyStatus }) => ParameterApplyStatus === "pending-reboot",
  );
  const changes = Object.values(instance.PendingModifiedValues ?? {}).some((value) => value !== undefined);
  return {
    id: instance.DBInstanceIdentifier ?? "",
    arn: instance.DBInstanceArn ?? "",
    resource: instance.DbiResourceId ?? "",
    state: databaseState(status),
    status,
    ...defined({
      host: instance.Endpoint?.Address,
      secret: instance.MasterUserSecret?.SecretArn,
      createdAt: instance.InstanceCreateTime,
    }),
    engine: instance.Engine ?? "",
    pending: changes ? "change" : restart ? "restart" : "nothing",
    settings: toSettings(instance),
    tags: toTags(instance.TagList),
  };
}

function toSettings(instance: DBInstance): DatabaseSettings {
  const storageGib = instance.AllocatedStorage ?? 0;
  const rated = instance.StorageType !== "gp3" || storageGib >= ratedGib;
  const { MonitoringRoleArn: role, MonitoringInterval: seconds = 0 } = instance;
  return {
    instanceClass: instance.DBInstanceClass ?? "",
    storageGib,
    storageType: instance.StorageType ?? "gp3",
    multiAz: instance.MultiAZ ?? false,
    port: instance.Endpoint?.Port ?? 5432,
    securityGroups: (instance.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []),
    publiclyAccessible: instance.PubliclyAccessible ?? false,
    iamAuthentication: instance.IAMDatabaseAuthenticationEnabled ?? false,
    logExports: instance.EnabledCloudwatchLogsExports ?? [],
    minorUpgrades: instance.AutoMinorVersionUpgrade ?? true,
    tagsToSnapshots: instance.CopyTagsToSnapshot ?? false,
    dedicatedLogVolume: instance.DedicatedLogVolume ?? false,
    engineVersion: instance.EngineVersion ?? "",
    backupRetentionDays: instance.BackupRetentionPeriod ?? 0,
    protected: instance.DeletionProtection ?? false,
    ...defined({
      maxStorageGib: instance.MaxAllocatedStorage,
      iops: rated ? instance.Iops : undefined,
      throughput: rated ? instance.StorageThroughput : undefined,
      subnetGroup: instance.DBSubnetGroup?.DBSubnetGroupName,
      parameterGroup: instance.DBParameterGroups?.[0]?.DBParameterGroupName,
      optionGroup: instance.OptionGroupMemberships?.[0]?.OptionGroupName,
      networkType: instance.NetworkType,
      certificateAuthority: instance.CACertificateIdentifier,
      backupWindow: instance.PreferredBackupWindow,
      maintenanceWindow: instance.PreferredMaintenanceWindow,
      monitoring: role === undefined || seconds === 0 ? undefined : { seconds, role },
      insights: instance.PerformanceInsightsEnabled === true ? toInsights(instance) : undefined,
      secretKey: instance.MasterUserSecret?.KmsKeyId,
    }),
  };
}

function toInsights(instance: DBInstance): NonNullable<DatabaseSettings["insights"]> {
  return defined({
    key: instance.PerformanceInsightsKMSKeyId,
    days: instance.PerformanceInsightsRetentionPeriod,
    mode: instance.DatabaseInsightsMode,
  });
}

export function toSnapshot(snapshot: DBSnapshot): DatabaseSnapshot {
  return {
    id: snapshot.DBSnapshotIdentifier ?? "",
    instance: snapshot.DBInstanceIdentifier ?? "",
    kind: snapshot.SnapshotType ?? "",
    ready: snapshot.Status === "available",
    engine: snapshot.Engine ?? "",
    version: snapshot.EngineVersion ?? "",
    storageGib: snapshot.AllocatedStorage ?? 0,
    tags: toTags(snapshot.TagList),
    ...defined({
      resource: snapshot.DbiResourceId,
      at: snapshot.SnapshotDatabaseTime ?? snapshot.OriginalSnapshotCreateTime ?? snapshot.SnapshotCreateTime,
    }),
  };
}

/** What both ways of restoring take. All that is not given here RDS sets to its defaults: default groups, one zone, no protection. */
export function restoreInput(
  settings: DatabaseSettings,
  tags: Readonly<Record<string, string>>,
): Omit<RestoreDBInstanceFromDBSnapshotMessage, "DBInstanceIdentifier"> {
  return {
    DBInstanceClass: settings.instanceClass,
    AllocatedStorage: settings.storageGib,
    StorageType: settings.storageType,
    MultiAZ: settings.multiAz,
    Port: settings.port,
    VpcSecurityGroupIds: [...settings.securityGroups],
    PubliclyAccessible: settings.publiclyAccessible,
    EnableIAMDatabaseAuthentication: settings.iamAuthentication,
    EnableCloudwatchLogsExports: [...settings.logExports],
    AutoMinorVersionUpgrade: settings.minorUpgrades,
    CopyTagsToSnapshot: settings.tagsToSnapshots,
    // Until it serves it can be thrown away.
    DeletionProtection: false,
    Tags: fromTags(tags),
    ...(settings.dedicatedLogVolume && { DedicatedLogVolume: true }),
    ...defined({
      Iops: settings.iops,
      StorageThroughput: settings.throughput,
      DBSubnetGroupName: settings.subnetGroup,
      DBParameterGroupName: settings.parameterGroup,
      OptionGroupName: settings.optionGroup,
      NetworkType: settings.networkType,
      CACertificateIdentifier: settings.certificateAuthority,
    }),
  };
}

/** What only ModifyDBInstance takes. */
export function carriedInput(settings: DatabaseSettings): Omit<ModifyDBInstanceMessage, "DBInstanceIdentifier"> {
  return {
    ApplyImmediately: true,
    EngineVersion: settings.engineVersion,
    BackupRetentionPeriod: settings.backupRetentionDays,
    MultiAZ: settings.multiAz,
    ...defined({
      PreferredBackupWindow: settings.backupWindow,
      PreferredMaintenanceWindow: settings.maintenanceWindow,
      MaxAllocatedStorage: settings.maxStorageGib,
      CACertificateIdentifier: settings.certificateAuthority,
    }),
    ...(settings.monitoring !== undefined && {
      MonitoringInterval: settings.monitoring.seconds,
      MonitoringRoleArn: settings.monitoring.role,
    }),
    ...(settings.insights !== undefined && {
      EnablePerformanceInsights: true,
      ...defined({
        PerformanceInsightsKMSKeyId: settings.insights.key,
        PerformanceInsightsRetentionPeriod: settings.insights.days,
        DatabaseInsightsMode: settings.insights.mode,
      }),
    }),
    // A restore does not bring the managed password along: the instance has the password of that time, and nobody knows it.
    ...(settings.secretKey !== undefined && {
      ManageMasterUserPassword: true,
      MasterUserSecretKmsKeyId: settings.secretKey,
    }),
  } as Omit<ModifyDBInstanceMessage, "DBInstanceIdentifier">;
}

export function fromTags(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function toTags(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
