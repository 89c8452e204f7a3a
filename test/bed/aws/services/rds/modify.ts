/** ModifyDBInstance: at once or in the next maintenance window, and the renaming of an instance. */
import type { DBInstance, ModifyDBInstanceMessage } from "@aws-sdk/client-rds";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { endpointOf } from "./birth.ts";
import { dropMasterSecret, makeMasterSecret, rotateMasterSecret } from "./master-secret.ts";
import {
  findInstance,
  type InstanceRecord,
  identifier,
  needStatus,
  pass,
  rdsArn,
  rdsControls,
  rdsState,
  tell,
} from "./state.ts";

/** Members that wait for the maintenance window unless ApplyImmediately is set; the rest is applied at once. */
const PENDING = [
  "DBInstanceClass",
  "AllocatedStorage",
  "EngineVersion",
  "MultiAZ",
  "StorageType",
  "Iops",
  "StorageThroughput",
  "BackupRetentionPeriod",
  "CACertificateIdentifier",
] as const;

/** What can be chosen for a stopped instance, for when it is started (Amazon RDS user guide, "Stopping an Amazon RDS DB instance temporarily"). */
const WHILE_STOPPED: readonly string[] = ["DBParameterGroupName", "OptionGroupName"];

/** Members that have the same name and form in the instance and are never pending. */
const AT_ONCE = [
  "DeletionProtection",
  "PreferredBackupWindow",
  "PreferredMaintenanceWindow",
  "AutoMinorVersionUpgrade",
  "CopyTagsToSnapshot",
  "MaxAllocatedStorage",
  "MonitoringInterval",
  "MonitoringRoleArn",
  "PubliclyAccessible",
  "PerformanceInsightsKMSKeyId",
  "PerformanceInsightsRetentionPeriod",
] as const;

/** Changes an instance; it is `modifying` (or `renaming`) for a while if anything happens at once. */
export async function modify(world: World, call: Call, input: ModifyDBInstanceMessage): Promise<DBInstance> {
  const record = findInstance(world, call, input.DBInstanceIdentifier);
  needModifiable(record, input);
  check(world, call, { input, record });
  const { shown } = record;
  setAtOnce(shown, input);
  await setMasterPassword(world, call, { record, input });
  const pending = pendingOf(shown, input);
  if (input.NewDBInstanceIdentifier !== undefined)
    pending.DBInstanceIdentifier = identifier(input.NewDBInstanceIdentifier);
  shown.PendingModifiedValues = { ...shown.PendingModifiedValues, ...pending };
  if (Object.keys(pending).length === 0 || input.ApplyImmediately !== true) return shown;
  const { modify: modifying, rename: renaming } = rdsControls(world).durations;
  const renames = pending.DBInstanceIdentifier !== undefined;
  pass(world, record, {
    status: renames ? "renaming" : "modifying",
    milliseconds: renames ? renaming : modifying,
    done: () => apply(world, call, record),
  });
  return shown;
}

function needModifiable(record: InstanceRecord, input: ModifyDBInstanceMessage): void {
  const asked = Object.keys(input).filter((name) => !["DBInstanceIdentifier", "ApplyImmediately"].includes(name));
  if (record.shown.DBInstanceStatus === "stopped" && asked.some((name) => !WHILE_STOPPED.includes(name))) {
    throw new AwsError(
      "InvalidDBInstanceState",
      "You can't modify a stopped DB instance. Start the DB instance, and then modify it",
    );
  }
  // Deletion protection can be switched whatever a running instance is doing.
  const others = asked.filter((name) => name !== "DeletionProtection");
  if (others.length > 0) needStatus(record, ["available", "storage-optimization", "stopped"]);
}

function check(
  world: World,
  call: Call,
  { input, record }: { readonly input: ModifyDBInstanceMessage; readonly record: InstanceRecord },
): void {
  const state = rdsState(world, call);
  const name = input.NewDBInstanceIdentifier === undefined ? undefined : identifier(input.NewDBInstanceIdentifier);
  if (name !== undefined && state.instances.has(name))
    throw new AwsError("DBInstanceAlreadyExists", "DB instance already exists");
  const storage = input.AllocatedStorage;
  if (storage !== undefined && storage < (record.shown.AllocatedStorage ?? 0)) {
    throw new AwsError(
      "InvalidParameterCombination",
      "Requested allocated storage cannot be smaller than existing storage.",
    );
  }
  const group = input.DBParameterGroupName;
  if (group !== undefined && !group.startsWith("default.") && !state.parameterGroups.has(group.toLowerCase())) {
    throw new AwsError("DBParameterGroupNotFound", `DBParameterGroup not found: ${group}`, 404);
  }
  const [now = 0, asked = 0] = [record.shown.EngineVersion, input.EngineVersion].map((version) =>
    Number(version?.split(".")[0]),
  );
  if (input.EngineVersion !== undefined && asked > now && input.AllowMajorVersionUpgrade !== true) {
    throw new AwsError(
      "InvalidParameterCombination",
      "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
    );
  }
}

function setAtOnce(shown: DBInstance, input: ModifyDBInstanceMessage): void {
  for (const name of AT_ONCE) if (input[name] !== undefined) Object.assign(shown, { [name]: input[name] });
  if (input.VpcSecurityGroupIds !== undefined) {
    shown.VpcSecurityGroups = input.VpcSecurityGroupIds.map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: "active",
    }));
  }
  if (input.DBParameterGroupName !== undefined) {
    shown.DBParameterGroups = [
      { DBParameterGroupName: input.DBParameterGroupName, ParameterApplyStatus: "pending-reboot" },
    ];
  }
  if (input.EnableIAMDatabaseAuthentication !== undefined)
    shown.IAMDatabaseAuthenticationEnabled = input.EnableIAMDatabaseAuthentication;
  if (input.EnablePerformanceInsights !== undefined) shown.PerformanceInsightsEnabled = input.EnablePerformanceInsights;
  const { EnableLogTypes = [], DisableLogTypes = [] } = input.CloudwatchLogsExportConfiguration ?? {};
  const exports = new Set([...(shown.EnabledCloudwatchLogsExports ?? []), ...EnableLogTypes]);
  for (const type of DisableLogTypes) exports.delete(type);
  shown.EnabledCloudwatchLogsExports = [...exports];
}

async function setMasterPassword(
  world: World,
  call: Call,
  { record, input }: { readonly record: InstanceRecord; readonly input: ModifyDBInstanceMessage },
): Promise<void> {
  const { shown } = record;
  if (input.ManageMasterUserPassword === true && shown.MasterUserSecret === undefined) {
    shown.MasterUserSecret = await makeMasterSecret(world, call, {
      instance: shown,
      kmsKeyId: input.MasterUserSecretKmsKeyId,
    });
  } else if (input.ManageMasterUserPassword === false) {
    if (input.MasterUserPassword === undefined)
      throw new AwsError(
        "InvalidParameterCombination",
        "MasterUserPassword must be specified when ManageMasterUserPassword is turned off.",
      );
    await dropMasterSecret(world, call, shown);
    delete shown.MasterUserSecret;
  }
  if (input.RotateMasterUserPassword === true) {
    if (shown.MasterUserSecret === undefined)
      throw new AwsError(
        "InvalidParameterCombination",
        "RotateMasterUserPassword requires a managed master user password.",
      );
    await rotateMasterSecret(world, call, shown);
  }
}

function pendingOf(
  shown: DBInstance,
  input: ModifyDBInstanceMessage,
): NonNullable<DBInstance["PendingModifiedValues"]> {
  const changed = PENDING.filter(
    (name) => input[name] !== undefined && input[name] !== shown[name as keyof DBInstance],
  );
  return Object.fromEntries(changed.map((name) => [name, input[name]]));
}

function apply(world: World, call: Call, record: InstanceRecord): void {
  const { shown } = record;
  const { DBInstanceIdentifier: name, ...values } = shown.PendingModifiedValues ?? {};
  Object.assign(shown, values);
  if (values.MultiAZ === false) delete shown.SecondaryAvailabilityZone;
  if (values.MultiAZ === true) shown.SecondaryAvailabilityZone = `${call.caller.region}b`;
  shown.PendingModifiedValues = {};
  const before = shown.DBInstanceIdentifier ?? "";
  if (name === undefined) {
    shown.DBInstanceStatus = "available";
    tell(world, call, {
      source: "db-instance",
      id: before,
      message: "Finished applying modification to DB instance",
      category: "configuration change",
    });
    return;
  }
  rename(world, call, { record, name });
  tell(world, call, {
    source: "db-instance",
    id: name,
    message: `Renamed instance from ${before} to ${name}`,
    category: "notification",
  });
  pass(world, record, {
    status: "rebooting",
    milliseconds: rdsControls(world).durations.reboot,
    done: () => {
      shown.DBInstanceStatus = "available";
      tell(world, call, {
        source: "db-instance",
        id: name,
        message: "DB instance restarted",
        category: "availability",
      });
    },
  });
}

/** The endpoint follows the name; DbiResourceId stays, since it is the same instance. */
function rename(
  world: World,
  call: Call,
  { record, name }: { readonly record: InstanceRecord; readonly name: string },
): void {
  const { instances, tags } = rdsState(world, call);
  const { shown } = record;
  instances.delete(shown.DBInstanceIdentifier ?? "");
  instances.set(name, record);
  const arn = rdsArn(call, "db", name);
  tags.set(arn, tags.get(shown.DBInstanceArn ?? "") ?? []);
  tags.delete(shown.DBInstanceArn ?? "");
  shown.DBInstanceIdentifier = name;
  shown.DBInstanceArn = arn;
  if (shown.Endpoint !== undefined) shown.Endpoint = endpointOf(world, call, name, shown.Endpoint.Port ?? 5432);
}
